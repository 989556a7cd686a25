package dev.darter.agent.cli;

import java.util.Objects;

import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
public final class Version implements IVersionProvider {

    /** For instance {@code 0.1.0}; {@code development} when run from classes. */
    public static String text() {
        return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "development");
    }

    @Override
    public String[] getVersion() {
        return new String[]{"darter " + text() + " (Java " + Runtime.version().feature() + ", "
                + System.getProperty("os.name").toLowerCase(java.util.Locale.ROOT)
                + "/" + System.getProperty("os.arch") + ")"};
    }
}
