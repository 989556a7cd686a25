package dev.darter.agent;

import java.util.Objects;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The {@code darter} command. */
@Command(name = "darter", mixinStandardHelpOptions = true, versionProvider = Main.JarVersion.class, description = "Peer-to-peer distribution of container images.")
public final class Main implements Runnable {
    private Main() {}

    /**
     * Runs the command line and ends the process with its status.
     *
     * @param arguments the words after {@code darter}
     */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    static final class JarVersion implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[]{"darter " + Objects.requireNonNullElse(Main.class.getPackage().getImplementationVersion(), "development")};
        }
    }
}
