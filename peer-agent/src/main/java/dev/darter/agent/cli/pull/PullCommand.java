package dev.darter.agent.cli.pull;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

import dev.darter.agent.cli.AgentAdmin;
import dev.darter.agent.cli.CommandException;
import dev.darter.agent.cli.OutputFormat;
import dev.darter.agent.cli.StandardAddress;
import dev.darter.containerd.Containerd;
import dev.darter.containerd.ContainerdException;
import dev.darter.registry.upstream.Credentials;
import dev.darter.registry.upstream.DockerConfig;
import dev.darter.service.HostPort;

/** {@code darter pull}. */
@Command(name = "pull", header = "Pull an image through the local agent, which keeps it.", description = {
        "Asks the agent's mirror as a container runtime would, checks every digest, and says how many bytes came from the local store, "
                + "from peers and from the registry. Credentials are those of 'docker login'."})
public final class PullCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "IMAGE", showDefaultValue = Visibility.NEVER, description = "For instance busybox, ghcr.io/example/app:1.2 or app@sha256:…")
    Optional<String> image = Optional.empty();

    @Option(names = "--proxy", paramLabel = "HOST:PORT", showDefaultValue = Visibility.NEVER, description = {
            "The agent's mirror. Without it: 127.0.0.1:65001."})
    Optional<HostPort> proxy = Optional.empty();

    @Option(names = "--admin", paramLabel = "HOST:PORT", showDefaultValue = Visibility.NEVER, description = {
            "The same agent's admin listener, to be given along with --proxy: it says where the bytes came from. Without both: 127.0.0.1:65004."})
    Optional<HostPort> admin = Optional.empty();

    @Option(names = "--platform", paramLabel = "OS/ARCH", showDefaultValue = Visibility.NEVER, description = {
            "Which image of an index; a single image has to be for it. Without it: this host's of an index, and a single image as it is."})
    Optional<Platform> platform = Optional.empty();

    @Option(names = "--containerd-socket", paramLabel = "PATH", showDefaultValue = Visibility.NEVER, description = {
            "Write the image into the content store of the containerd that listens there, too: it is kept for a day, and a pull by "
                    + "containerd in that time fetches nothing."})
    Optional<Path> containerdSocket = Optional.empty();

    @Option(names = "--output", paramLabel = "FORMAT", defaultValue = "text", description = "text or json.")
    OutputFormat output = OutputFormat.TEXT;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this text and end.")
    boolean help;

    /** @param environment the process's environment variables */
    public PullCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws CommandException, InterruptedException {
        HostPort asked = proxy.orElse(StandardAddress.PROXY);
        String name = image.orElseThrow(() -> CommandException.usage("say which image"));
        if (containerdSocket.isPresent() && containerdSocket.get().toString().isBlank()) {
            throw CommandException.usage("--containerd-socket is empty: name containerd's socket, or leave it out");
        }
        ImageReference wanted = complete(name, asked);
        PrintWriter out = spec.commandLine().getOut();
        if (output == OutputFormat.TEXT) {
            out.println("Pulling " + wanted + note(name, wanted));
            out.flush();
        }
        try (Mirror mirror = new Mirror(asked, wanted, account(asked, wanted), environment); SourceMeter meter = meter(asked)) {
            PullResult result = new ImagePull(mirror, meter, progress(out)).pull(wanted, platform);
            if (containerdSocket.isPresent()) {
                feed(containerdSocket.get(), mirror, wanted, result);
            }
            out.println(switch (output) {
                case TEXT -> result.toText(meter.whyUnknown());
                case JSON -> JsonMapper.shared().writeValueAsString(result);
            });
            return 0;
        } catch (IOException e) {
            throw CommandException.failed("the image can't be pulled: " + e.getMessage(), e);
        }
    }

    private static void feed(Path socket, Mirror mirror, ImageReference image, PullResult result)
            throws CommandException, InterruptedException {
        try (Containerd containerd = Containerd.at(socket)) {
            new ContainerdFeed(containerd, mirror, image).write(result);
        } catch (ContainerdException e) {
            String what = "the image was pulled, but containerd at " + socket + " does not take it: " + e.getMessage();
            throw e.code() == ContainerdException.Code.UNAVAILABLE
                    ? CommandException.unreachable(what, e)
                    : CommandException.failed(what, e);
        } catch (IOException e) {
            throw CommandException.failed("the image was pulled, but can't be read again for containerd: " + e.getMessage(), e);
        }
    }

    /** By Docker's rule; but a registry that the agent knows under a name without a dot or port goes first, or nothing would lead to it. */
    private ImageReference complete(String name, HostPort asked) throws CommandException, InterruptedException {
        try {
            ImageReference byRule = ImageReference.parse(name);
            Set<String> own = byRule.isImplied(name) ? ownRegistries(asked) : Set.of();
            return own.isEmpty() ? byRule : ImageReference.parse(name, own);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
    }

    private Set<String> ownRegistries(HostPort asked) throws InterruptedException {
        Optional<HostPort> counters = counters(asked);
        if (counters.isEmpty()) {
            return Set.of();
        }
        try (AgentAdmin agent = new AgentAdmin(counters.get())) {
            return agent.status().upstreams().stream().map(upstream -> upstream.replaceFirst("=.*", "")).collect(Collectors.toSet());
        } catch (IOException e) {
            // The pull itself will say so if the agent isn't there.
            return Set.of();
        }
    }

    private static String note(String name, ImageReference taken) {
        return name.startsWith(taken.registry() + "/") && ImageReference.parse(name).isImplied(name)
                ? " (" + taken.registry() + " is a registry of this agent; Docker Hub's would be " + ImageReference.parse(name) + ")"
                : "";
    }

    private SourceMeter meter(HostPort asked) {
        return new SourceMeter(counters(asked).map(AgentAdmin::new));
    }

    /** Where only one of the two addresses is given, the other one's standard is that of another agent, whose counters say nothing here. */
    private Optional<HostPort> counters(HostPort asked) {
        HostPort given = admin.orElse(StandardAddress.ADMIN);
        boolean ofOneAgent = proxy.isPresent() == admin.isPresent()
                || (asked.equals(StandardAddress.PROXY) && given.equals(StandardAddress.ADMIN));
        return ofOneAgent ? Optional.of(given) : Optional.empty();
    }

    private PullProgress progress(PrintWriter out) {
        if (output == OutputFormat.JSON) {
            return PullProgress.SILENT;
        }
        boolean terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
                && !"dumb".equals(environment.get("TERM"));
        return terminal ? new TerminalProgress(out, System::nanoTime) : new PlainProgress(out);
    }

    /** The user's account, which goes over plain HTTP to the agent: only on this machine. */
    private Optional<Credentials.Own> account(HostPort asked, ImageReference wanted) throws IOException, InterruptedException {
        if (!asked.isLoopback()) {
            return Optional.empty();
        }
        return new DockerConfig(DockerConfig.defaultFile(environment), environment, InstantSource.system()).find(wanted.registry());
    }
}
