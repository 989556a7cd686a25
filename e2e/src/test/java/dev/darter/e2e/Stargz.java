package dev.darter.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A stargz-snapshotter: layers stay in their registry, and containers read files of them through FUSE. */
final class Stargz implements AutoCloseable {
    private static final Path PROGRAM = BuiltProgram.folder("stargz.sh").resolve("stargz");

    private final Sandbox sandbox;
    private final Path folder;
    private final Child process;

    private Stargz(Sandbox sandbox, Path folder, Child process) {
        this.sandbox = sandbox;
        this.folder = folder;
        this.process = process;
    }

    static String program() {
        return PROGRAM.toString();
    }

    /** @param mirror where it reads layers */
    static Stargz start(Sandbox sandbox, String name, String mirror) {
        Path folder = sandbox.scratch(name);
        try {
            Path config = Files.writeString(folder.resolve("config.toml"), """
                    no_background_fetch = true
                    no_prometheus = true
                    [[resolver.host."%s".mirrors]]
                      host = "%s"
                      insecure = true
                    """.formatted(DarterCluster.REGISTRY, URI.create(mirror).getAuthority()));
            Child process = sandbox.command(name, program(), "snapshotter", "--socket", folder.resolve("sock").toString(), "--root",
                    folder.resolve("root").toString(), "--config", config.toString()).start();
            Stargz stargz = sandbox.closeLater(new Stargz(sandbox, folder, process));
            Waiting.until(name + " listens", Duration.ofSeconds(20), () -> Files.exists(stargz.socket()));
            return stargz;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path socket() {
        return folder.resolve("sock");
    }

    @Override
    public void close() throws IOException {
        process.close();
        Mounts.releaseBelow(sandbox, folder);
    }
}
