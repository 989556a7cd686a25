package dev.darter.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Where the repository's files are. */
final class Checkout {
    private Checkout() {}

    /** The folder of the module {@code e2e}. Maven tells it; an IDE may run tests from the top of the repository. */
    static Path module() {
        String basedir = System.getProperty("basedir");
        if (basedir != null) {
            return Path.of(basedir);
        }
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("e2e")) ? here.resolve("e2e") : here;
    }

    /** The top of the repository. */
    static Path root() {
        return Objects.requireNonNull(module().toAbsolutePath().getParent());
    }

    /** The options with which every launcher runs the JVM. */
    static Path javaOptions() {
        return root().resolve("deploy/java.options");
    }

    /** The program under test, as {@code ./darter} builds it. */
    static Path darterJar() {
        Path jar = module().resolveSibling("peer-agent").resolve("target/darter.jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is missing: ./mvnw -pl peer-agent -am package builds it");
        }
        return jar;
    }
}
