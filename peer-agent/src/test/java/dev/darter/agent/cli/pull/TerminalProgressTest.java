package dev.darter.agent.cli.pull;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

class TerminalProgressTest {
    private final AtomicLong clock = new AtomicLong();
    private final StringWriter text = new StringWriter();
    private final TerminalProgress progress = new TerminalProgress(new PrintWriter(text), clock::get);
    private final Content first = new Content(FakeMirror.digest(new byte[]{1}), 2048, "layer");
    private final Content second = new Content(FakeMirror.digest(new byte[]{2}), 1 << 20, "layer");

    @Test
    void drawsOneLineForEachBlobInPlace() {
        progress.planned(List.of(first, second));
        assertThat(taken()).isEqualTo(first.shortName() + ": Waiting\n" + second.shortName() + ": Waiting\n");

        clock.addAndGet(Duration.ofMillis(150).toNanos());
        progress.advanced(first, 1024);
        assertThat(taken()).startsWith("\u001b[2A\r\u001b[K" + first.shortName() + ": Downloading  [" + "=".repeat(20) + ">"
                + " ".repeat(20) + "]  1.00 KiB / 2.00 KiB\n");

        progress.finished(first);
        assertThat(taken()).contains(first.shortName() + ": Pull complete  2.00 KiB\n", second.shortName() + ": Waiting\n");
    }

    @Test
    void drawsNoMoreThanTenTimesASecond() {
        progress.planned(List.of(first));
        taken();

        for (int i = 1; i <= 2000; i++) {
            clock.addAndGet(Duration.ofMillis(1).toNanos());
            progress.advanced(first, i);
        }

        assertThat(taken().chars().filter(c -> c == '\n')).hasSize(20);
    }

    private String taken() {
        String taken = text.toString();
        text.getBuffer().setLength(0);
        return taken;
    }
}
