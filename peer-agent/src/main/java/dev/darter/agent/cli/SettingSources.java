package dev.darter.agent.cli;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where a setting comes from that is not on the command line: an environment variable, then the configuration file. Both may name known
 * settings only, because a misspelt one would be silently without effect.
 */
final class SettingSources implements IDefaultValueProvider {
    private static final String PREFIX = "DARTER_";
    private static final Set<String> NOT_IN_FILE = Set.of("config", "help", "version");
    /** Kubernetes gives each container variables for the Services of its namespace; ours are called darter-something. */
    private static final Pattern KUBERNETES_LINK = Pattern
            .compile("DARTER_(\\w+_)?(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT(_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)");

    private record Origin(String name, String value) {}

    private final Map<String, Origin> values = new HashMap<>();

    private SettingSources() {}

    /**
     * Reads both sources for one command.
     *
     * @param program all commands
     * @param command the one that will run
     * @param config the file named on the command line
     */
    static SettingSources read(CommandLine program, CommandSpec command, Optional<String> config, Map<String, String> environment)
            throws CommandException {
        SettingSources sources = new SettingSources();
        Optional<String> file = config.or(() -> Optional.ofNullable(environment.get(PREFIX + "CONFIG")));
        if (file.isPresent() && settings(command).contains("config")) {
            sources.addFile(program, command, Path.of(file.get()));
        }
        sources.addEnvironment(program, environment);
        return sources;
    }

    private void addFile(CommandLine program, CommandSpec command, Path file) throws CommandException {
        Set<String> known = settings(command);
        known.removeAll(NOT_IN_FILE);
        for (Map.Entry<String, String> entry : ConfigFile.read(file).entrySet()) {
            String key = entry.getKey();
            if (!known.contains(key)) {
                Optional<String> owner = program.getSubcommands()
                        .values()
                        .stream()
                        .map(CommandLine::getCommandSpec)
                        .filter(other -> !NOT_IN_FILE.contains(key) && settings(other).contains("config") && settings(other).contains(key))
                        .map(CommandSpec::name)
                        .findFirst();
                throw CommandException.usage(owner
                        .map(name -> "'" + key + "' in " + file + " is a setting of darter " + name + ", not of darter " + command.name())
                        .orElseGet(() -> unknown("'" + key + "' in " + file, key, known, "")));
            }
            values.put(key, new Origin("'" + key + "' in " + file, entry.getValue()));
        }
    }

    private void addEnvironment(CommandLine program, Map<String, String> environment) throws CommandException {
        Set<String> known = program.getSubcommands()
                .values()
                .stream()
                .flatMap(command -> settings(command.getCommandSpec()).stream())
                .filter(name -> !name.equals("help") && !name.equals("version"))
                .collect(Collectors.toCollection(TreeSet::new));
        for (String variable : new TreeSet<>(environment.keySet())) {
            if (!variable.startsWith(PREFIX) || KUBERNETES_LINK.matcher(variable).matches()) {
                continue;
            }
            String key = variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '-');
            if (!known.contains(key)) {
                throw CommandException.usage(unknown("the environment variable " + variable, key, known, PREFIX));
            }
            String value = environment.getOrDefault(variable, "");
            if (!value.isEmpty()) {
                values.put(key, new Origin(variable, value));
            }
        }
    }

    private static String unknown(String what, String key, Set<String> known, String prefix) {
        String hint = NearestName.of(key, known)
                .map(name -> "; the nearest one is " + (prefix.isEmpty() ? "'" + name + "'" : variable(name)))
                .orElse("");
        return what + " is not a setting of Darter" + hint;
    }

    private static String variable(String name) {
        return PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static Set<String> settings(CommandSpec command) {
        return command.options().stream().map(SettingSources::key).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String key(OptionSpec option) {
        return option.longestName().replaceFirst("^--?", "");
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        Origin origin = origin(argument);
        return origin == null ? null : origin.value();
    }

    /** The name of the variable or key that gives this setting its value, if one does. */
    Optional<String> nameOf(ArgSpec argument) {
        return Optional.ofNullable(origin(argument)).map(Origin::name);
    }

    private @Nullable Origin origin(ArgSpec argument) {
        return argument instanceof OptionSpec option && !NOT_IN_FILE.contains(key(option)) ? values.get(key(option)) : null;
    }
}
