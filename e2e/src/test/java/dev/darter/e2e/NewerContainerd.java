package dev.darter.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The containerd that is newer than Debian's: built once, by a script, and kept outside of the source tree. */
final class NewerContainerd {
    private static final Path FOLDER = build();

    private NewerContainerd() {}

    /** Where its programs are. */
    static Path folder() {
        return FOLDER;
    }

    private static Path build() {
        try {
            Process build = new ProcessBuilder(Checkout.root().resolve("build/containerd.sh").toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String folder = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (build.waitFor() != 0) {
                throw new IllegalStateException("build/containerd.sh failed");
            }
            return Path.of(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
