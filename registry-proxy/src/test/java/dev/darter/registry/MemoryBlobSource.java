package dev.darter.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;

/** A swarm of one: keeps in memory what it has read from origins, and serves it in small portions. */
final class MemoryBlobSource implements BlobSource {

    private static final int PORTION = 1000;

    private final Map<BlobKey, TestBytes> local = new ConcurrentHashMap<>();
    private final List<BlobRequest> opened = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private volatile long breaksAt = Long.MAX_VALUE;
    private volatile boolean eager;

    /** Content that another host has brought here. */
    void hold(String registry, byte[] bytes) {
        local.put(new BlobKey(registry, TestBytes.sha256(bytes)), new TestBytes(bytes));
    }

    /** From now on readers fail at this offset. */
    void breakAt(long offset) {
        breaksAt = offset;
    }

    /** From now on content is fetched when it is opened, not when it is read. */
    void fetchAtOnce() {
        eager = true;
    }

    List<BlobRequest> opened() {
        return List.copyOf(opened);
    }

    /** Number of readers that are not closed. */
    int openReaders() {
        return open.get();
    }

    @Override
    public boolean holds(BlobKey blob) {
        return local.containsKey(blob);
    }

    @Override
    public BlobReader open(BlobRequest request) {
        opened.add(request);
        open.incrementAndGet();
        if (eager) {
            Thread.ofVirtual().start(() -> fetchQuietly(request));
        }
        return new Reader(request);
    }

    private void fetchQuietly(BlobRequest request) {
        try {
            content(request);
        } catch (IOException | InterruptedException e) {
            // its reader will meet the same
        }
    }

    private TestBytes content(BlobRequest request) throws IOException, InterruptedException {
        TestBytes held = local.get(request.blob());
        if (held != null) {
            return held;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (OriginBody body = request.origin().open(0)) {
            ByteBuffer portion = ByteBuffer.allocate(4096);
            while (body.read(portion) >= 0) {
                all.write(portion.array(), 0, portion.position());
                portion.clear();
            }
        }
        Digest actual = TestBytes.sha256(all.toByteArray());
        if (!actual.equals(request.blob().digest())) {
            throw new OriginException(OriginException.Kind.WRONG_CONTENT, "other content", Optional.empty());
        }
        TestBytes bytes = new TestBytes(all.toByteArray());
        local.put(request.blob(), bytes);
        return bytes;
    }

    private final class Reader implements BlobReader {

        private final BlobRequest request;

        private Reader(BlobRequest request) {
            this.request = request;
        }

        @Override
        public long size() throws IOException, InterruptedException {
            return content(request).length();
        }

        @Override
        public BlobBytes read(long offset, long maxLength) throws IOException, InterruptedException {
            TestBytes bytes = content(request);
            int end = (int) Math.min(Math.min(bytes.length(), offset + maxLength), Math.min(breaksAt, offset + PORTION));
            if (end <= offset) {
                throw new IOException("broken on purpose");
            }
            return new BlobBytes.InMemory(ByteBuffer.wrap(bytes.range((int) offset, end)));
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }
}
