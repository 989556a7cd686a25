package dev.darter.agent.cli.pull;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

import dev.darter.service.ByteCount;

/** A bar for each blob, drawn over and over in place, as {@code docker pull} does. */
final class TerminalProgress implements PullProgress {
    private static final long FRAME_NANOS = 100_000_000;
    private static final int BAR = 40;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintWriter out;
    private final LongSupplier nanoTime;
    private final Map<Content, Long> received = new LinkedHashMap<>();
    private final Map<Content, Boolean> complete = new LinkedHashMap<>();
    private long drawnAt;

    TerminalProgress(PrintWriter out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized void planned(List<Content> blobs) {
        blobs.forEach(blob -> received.put(blob, 0L));
        blobs.forEach(blob -> out.println(line(blob)));
        out.flush();
        drawnAt = nanoTime.getAsLong();
    }

    @Override
    public synchronized void advanced(Content blob, long bytes) {
        received.put(blob, bytes);
        if (nanoTime.getAsLong() - drawnAt >= FRAME_NANOS) {
            draw();
        }
    }

    @Override
    public synchronized void finished(Content blob) {
        complete.put(blob, true);
        draw();
    }

    private void draw() {
        StringBuilder frame = new StringBuilder("\u001b[%dA".formatted(received.size()));
        received.keySet().forEach(blob -> frame.append(CLEAR_LINE).append(line(blob)).append('\n'));
        out.print(frame);
        out.flush();
        drawnAt = nanoTime.getAsLong();
    }

    private String line(Content blob) {
        long bytes = received.getOrDefault(blob, 0L);
        if (complete.containsKey(blob)) {
            return blob.shortName() + ": Pull complete  " + new ByteCount(blob.size()).toHuman();
        }
        if (bytes == 0) {
            return blob.shortName() + ": Waiting";
        }
        int filled = blob.size() == 0 ? BAR : (int) Math.min(BAR, bytes * BAR / blob.size());
        return blob.shortName() + ": Downloading  [" + "=".repeat(filled) + ">" + " ".repeat(BAR - filled) + "]  "
                + new ByteCount(bytes).toHuman() + " / "
                + new ByteCount(blob.size()).toHuman();
    }
}
