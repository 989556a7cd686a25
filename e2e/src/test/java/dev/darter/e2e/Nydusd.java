package dev.darter.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A nydusd that has one image mounted, of which it reads what is asked for. */
final class Nydusd implements AutoCloseable {
    private static final Path FOLDER = BuiltProgram.folder("nydus.sh");

    private final Sandbox sandbox;
    private final Path folder;
    private final Child process;

    private Nydusd(Sandbox sandbox, Path folder, Child process) {
        this.sandbox = sandbox;
        this.folder = folder;
        this.process = process;
    }

    static String program(String name) {
        return FOLDER.resolve(name).toString();
    }

    /** @param mirror where it reads, in the name of {@link DarterCluster#REGISTRY} */
    static Nydusd start(Sandbox sandbox, String name, Path bootstrap, TestImage image, String mirror) {
        Path folder = sandbox.scratch(name);
        try {
            Path root = Files.createDirectories(folder.resolve("mount"));
            Files.createDirectories(folder.resolve("cache"));
            Path config = Files.writeString(folder.resolve("config.json"), """
                    {
                      "device": {
                        "backend": {
                          "type": "registry",
                          "config": {
                            "scheme": "http", "host": "%1$s", "repo": "%2$s",
                            "mirrors": [{
                              "host": "%3$s", "auth_through": true, "headers": {"X-Dragonfly-Registry": "http://%1$s"}
                            }]
                          }
                        },
                        "cache": {"type": "blobcache", "config": {"work_dir": "%4$s/cache"}}
                      },
                      "mode": "direct", "digest_validate": false
                    }
                    """.formatted(DarterCluster.REGISTRY, image.repository(), mirror, folder));
            Child process = sandbox.command(name + "-nydusd", program("nydusd"), "--config", config.toString(), "--bootstrap",
                    bootstrap.toString(), "--mountpoint", root.toString(), "--rlimit-nofile", "4096").start();
            Nydusd nydusd = sandbox.closeLater(new Nydusd(sandbox, folder, process));
            Waiting.until(name + " is mounted", Duration.ofSeconds(20), () -> isMounted(root));
            return nydusd;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isMounted(Path root) {
        try {
            return Files.readString(Path.of("/proc/mounts")).contains(" " + root + " ");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the image's files are. */
    Path root() {
        return folder.resolve("mount");
    }

    @Override
    public void close() throws IOException {
        process.close();
        Mounts.releaseBelow(sandbox, folder);
    }
}
