package dev.darter.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** An open file of a {@link CrashingDisk}. */
final class MemoryFile implements OpenFile {

    /** Bytes, as they are and as they were at the last sync, and the writes since then. */
    static final class Content implements CrashingDisk.Node {
        Instant lastModified = Instant.EPOCH;
        private byte[] bytes = new byte[0];
        private byte[] durable = new byte[0];
        private final List<Write> unsynced = new ArrayList<>();

        long size() {
            return bytes.length;
        }

        void restart(RandomGenerator random) {
            byte[] left = durable;
            for (Write write : unsynced) {
                if (random.nextBoolean()) {
                    left = write.torn(random).applyTo(left);
                }
            }
            unsynced.clear();
            bytes = left;
            durable = left;
        }
    }

    /** New bytes at a position, or a new end of the file. */
    private static final class Write {
        private final long position;
        private final byte[] bytes;
        private final boolean cuts;

        Write(long position, byte[] bytes, boolean cuts) {
            this.position = position;
            this.bytes = bytes;
            this.cuts = cuts;
        }

        Write torn(RandomGenerator random) {
            return random.nextInt(4) == 0 ? new Write(position, Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)), cuts) : this;
        }

        byte[] applyTo(byte[] old) {
            int end = (int) position + bytes.length;
            byte[] result = cuts ? Arrays.copyOf(old, (int) position) : end > old.length ? Arrays.copyOf(old, end) : old.clone();
            System.arraycopy(bytes, 0, result, (int) position, bytes.length);
            return result;
        }
    }

    private final CrashingDisk disk;
    private final Content content;

    MemoryFile(CrashingDisk disk, Content content) {
        this.disk = disk;
        this.content = content;
    }

    @Override
    public void write(ByteBuffer bytes, long position) throws IOException {
        disk.step();
        boolean full = disk.isFull();
        byte[] written = new byte[full ? bytes.remaining() / 2 : bytes.remaining()];
        bytes.get(written);
        apply(new Write(position, written, false));
        if (full) {
            throw new IOException("No space left on device");
        }
    }

    private void apply(Write write) {
        content.bytes = write.applyTo(content.bytes);
        content.unsynced.add(write);
    }

    @Override
    public void read(ByteBuffer into, long position) {
        int length = (int) Math.min(into.remaining(), Math.max(0, content.bytes.length - position));
        into.put(content.bytes, length == 0 ? 0 : (int) position, length);
    }

    @Override
    public long size() {
        return content.size();
    }

    @Override
    public void truncate(long size) {
        disk.step();
        apply(new Write(size, new byte[0], true));
    }

    @Override
    public void sync() {
        disk.step();
        content.durable = content.bytes;
        content.unsynced.clear();
    }

    @Override
    public FileChannel channel() {
        throw new UnsupportedOperationException("There is no channel into memory");
    }

    @Override
    public void movedTo(Path path) {}

    @Override
    public void close() {}
}
