package dev.darter.agent.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where the store is unless told otherwise. */
final class DataFolder {
    private static final Path OF_THE_HOST = Path.of("/var/lib/darter");

    private DataFolder() {}

    static Path standard() {
        return of(System.getenv(), System.getProperty("user.name"), System.getProperty("user.home"));
    }

    /**
     * Root's is the host's. Others have it where {@code XDG_DATA_HOME} or else {@code HOME} says; a user without any home gets the host's
     * too, and is told about it when that can't be written.
     *
     * @param accountHome as the system's list of users has it; the JDK gives {@code ?} where it has none
     */
    static Path of(Map<String, String> environment, String user, String accountHome) {
        if (user.equals("root")) {
            return OF_THE_HOST;
        }
        Optional<Path> home = folder(environment, "HOME").or(() -> Optional.of(Path.of(accountHome)).filter(Path::isAbsolute));
        return folder(environment, "XDG_DATA_HOME")
                .or(() -> home.map(folder -> folder.resolve(".local/share")))
                .map(folder -> folder.resolve("darter"))
                .orElse(OF_THE_HOST);
    }

    private static Optional<Path> folder(Map<String, String> environment, String variable) {
        return Optional.ofNullable(environment.get(variable)).filter(text -> text.startsWith("/")).map(Path::of);
    }
}
