package dev.darter.agent.cli;

import java.nio.file.Path;
import java.util.Optional;

/** Where the store is unless told otherwise. */
final class DataFolder {
    private DataFolder() {}

    static Path standard() {
        if (System.getProperty("user.name").equals("root")) {
            return Path.of("/var/lib/darter");
        }
        Path home = Path.of(System.getProperty("user.home"), ".local", "share");
        return Optional.ofNullable(System.getenv("XDG_DATA_HOME"))
                .filter(folder -> folder.startsWith("/"))
                .map(Path::of)
                .orElse(home)
                .resolve("darter");
    }
}
