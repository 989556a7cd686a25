package dev.darter.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Programs that no Debian package has: built once, each by its script, and kept outside of the source tree. */
final class BuiltProgram {
    private BuiltProgram() {}

    /** The folder of programs that a script in {@code build/} prints, after it has built what is missing. */
    static Path folder(String script) {
        try {
            Process build = new ProcessBuilder(Checkout.root().resolve("build").resolve(script).toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String folder = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (build.waitFor() != 0) {
                throw new IllegalStateException("build/" + script + " failed");
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
