package dev.darter.agent.cli.pull;

import java.io.PrintWriter;
import java.util.List;

import dev.darter.service.ByteCount;

/** Lines for logs and pipes: one when a blob is complete. */
final class PlainProgress implements PullProgress {
    private final PrintWriter out;

    PlainProgress(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void planned(List<Content> blobs) {
        long bytes = blobs.stream().mapToLong(Content::size).sum();
        line(blobs.size() + " blobs, " + new ByteCount(bytes).toHuman());
    }

    @Override
    public void advanced(Content blob, long received) {
        // Only ends are worth a line.
    }

    @Override
    public void finished(Content blob) {
        line(blob.shortName() + ": Pull complete, " + new ByteCount(blob.size()).toHuman());
    }

    private synchronized void line(String text) {
        out.println(text);
        out.flush();
    }
}
