package dev.darter.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What one test may use and must not leave behind: scratch files, log files, running programs. A field with
 * {@code @RegisterExtension} in a test class. Logs stay in {@code e2e/target/e2e/<test>/}; all else goes when the test
 * ends, in the reverse order of its coming.
 */
final class Sandbox implements BeforeEachCallback, AfterEachCallback, AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private @Nullable Path scratch;
    private @Nullable Path logs;

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        open(Checkout.module()
                .resolve("target/e2e")
                .resolve(context.getRequiredTestClass().getSimpleName() + "." + context.getRequiredTestMethod().getName()));
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        close();
    }

    /** One inside this one, for something that ends before the test does. */
    Sandbox nested(String name) {
        Sandbox nested = new Sandbox();
        try {
            nested.open(logs().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return closeLater(nested);
    }

    private void open(Path logFolder) throws IOException {
        scratch = Files.createDirectories(Watchdog.instance().folder().resolve("t" + COUNT.incrementAndGet()));
        logs = logFolder;
        delete(logFolder);
        Files.createDirectories(logFolder);
    }

    @Override
    public void close() throws IOException {
        IllegalStateException failure = null;
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception e) {
                failure = failure == null ? new IllegalStateException("could not clean up") : failure;
                failure.addSuppressed(e);
            }
        }
        delete(scratch());
        if (failure != null) {
            throw failure;
        }
    }

    Path scratch() {
        return Objects.requireNonNull(scratch, "no test is running");
    }

    /** A folder of its own for one part of the test. */
    Path scratch(String name) {
        try {
            return Files.createDirectories(scratch().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path logs() {
        return Objects.requireNonNull(logs, "no test is running");
    }

    /** The real registry that all tests of a run share; each test has its own {@link CountingProxy} in front of it. */
    RealRegistry registry() {
        return RealRegistry.shared();
    }

    Command command(String name, String... arguments) {
        return Command.of(logs(), name, arguments);
    }

    /** Has something closed when the test ends, before all that came earlier. */
    synchronized <T extends AutoCloseable> T closeLater(T resource) {
        resources.push(resource);
        return resource;
    }

    /** Runs a program to its end; a minute is plenty for all that are not pulls. */
    Command.Output run(Command command) {
        return command.run(Duration.ofMinutes(1));
    }

    /** Deletes a folder with all that is in it. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
