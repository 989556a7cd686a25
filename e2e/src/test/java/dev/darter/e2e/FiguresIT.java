package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The picture in the README is what its script makes of the recorded figures. */
final class FiguresIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Path FIGURES = Checkout.root().resolve("docs/figures");

    @TempDir
    private Path folder;

    private Command.Output draw(Path script, String... options) {
        return Command.of(folder, "draw", "python3", script.toString()).with(options).run(LIMIT);
    }

    @Test
    void pictureIsThatOfTheRecordedFigures() {
        draw(FIGURES.resolve("draw.py"), "--check").orFail("docs/figures/draw.py --check");
    }

    @Test
    void noticesFiguresThatAreNotInThePicture() throws IOException {
        for (String name : List.of("draw.py", "simulation.json", "completion.svg")) {
            Files.copy(FIGURES.resolve(name), folder.resolve(name));
        }
        Path recorded = folder.resolve("simulation.json");
        Files.writeString(recorded, Files.readString(recorded).replaceFirst("\"lastSeconds\"\\s*:\\s*", "$01"));
        Path script = folder.resolve("draw.py");
        assertThat(draw(script, "--check").exitCode()).isNotZero();
        draw(script).orFail("draw.py");
        draw(script, "--check").orFail("draw.py --check");
    }
}
