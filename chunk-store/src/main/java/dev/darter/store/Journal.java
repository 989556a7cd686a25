package dev.darter.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.Digest;

/**
 * The journal of a partial blob: a header, then records in the order in which things happened.
 *
 * <pre>
 * header:  "DJN1" layout, blob size (8 bytes), registry in UTF-8
 * frame:   +---------+---------+-----------+
 *          | length  | CRC32C  | content … |     the header is the first frame
 *          +---------+---------+-----------+
 * </pre>
 *
 * A frame whose checksum is wrong ends the journal: it was torn by a crash, and what came after it is not believed. Nothing here is trusted
 * further than that; chunks are hashed again before they are used. Not thread-safe.
 */
final class Journal implements Closeable {

    private static final int MAGIC = 0x444a4e31;
    private static final int FRAME_HEADER_BYTES = 8;
    private static final int HEADER_BYTES = 16;
    private static final int MAX_FRAME_BYTES = 1 << 26;

    private final OpenFile file;
    private final long headerEnd;
    private long end;

    private Journal(OpenFile file, String registry, long end) {
        this.file = file;
        this.headerEnd = (long) FRAME_HEADER_BYTES + HEADER_BYTES + registry.getBytes(StandardCharsets.UTF_8).length;
        this.end = end;
    }

    /**
     * What a journal says.
     *
     * @param end where the next record goes: anything behind it is torn
     */
    record Content(ChunkLayout layout, String registry, List<JournalRecord> records, long end) {}

    /** Begins a new journal, over an older one if there is any. */
    static Journal create(Disk disk, Path path, ChunkLayout layout, String registry) throws IOException {
        disk.delete(path);
        byte[] name = registry.getBytes(StandardCharsets.UTF_8);
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES + name.length)
                .putInt(MAGIC)
                .putInt(layout.number())
                .putLong(layout.blobSize())
                .put(name);
        Journal journal = new Journal(disk.openForWrite(path), registry, 0);
        try {
            journal.append(header.flip());
            return journal;
        } catch (IOException e) {
            journal.close();
            throw e;
        }
    }

    /** Goes on with a journal that was read, behind its last good record. */
    static Journal resume(Disk disk, Path path, Content content) throws IOException {
        OpenFile file = disk.openForWrite(path);
        if (file.size() > content.end()) {
            // Synced, because frames behind a torn one must not come back to life behind the next record.
            file.truncate(content.end());
            file.sync();
        }
        return new Journal(file, content.registry(), content.end());
    }

    /** Reads all good records; empty when there is no journal or not even its header is good. */
    static Optional<Content> read(Disk disk, Path path, Digest.Algorithm algorithm) throws IOException {
        if (!disk.exists(path)) {
            return Optional.empty();
        }
        try (OpenFile file = disk.openForRead(path)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(bytes, 0);
            return parse(bytes.flip(), algorithm);
        }
    }

    private static Optional<Content> parse(ByteBuffer bytes, Digest.Algorithm algorithm) {
        try {
            Optional<ByteBuffer> header = frame(bytes);
            if (header.isEmpty() || header.get().getInt() != MAGIC) {
                return Optional.empty();
            }
            ChunkLayout layout = ChunkLayout.of(header.get().getInt(), header.get().getLong());
            String registry = StandardCharsets.UTF_8.decode(header.get()).toString();
            List<JournalRecord> records = new ArrayList<>();
            int end = bytes.position();
            for (Optional<ByteBuffer> frame = frame(bytes); frame.isPresent(); frame = frame(bytes)) {
                records.add(JournalRecord.decode(frame.get(), algorithm));
                end = bytes.position();
            }
            return Optional.of(new Content(layout, registry, records, end));
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            // Good checksums over what this version can't read: a newer Darter wrote it. Chunks can be fetched again.
            return Optional.empty();
        }
    }

    private static Optional<ByteBuffer> frame(ByteBuffer bytes) {
        if (bytes.remaining() < FRAME_HEADER_BYTES) {
            return Optional.empty();
        }
        int length = bytes.getInt();
        int checksum = bytes.getInt();
        // Zeros, which a crash may leave, have the right checksum of nothing.
        if (length <= 0 || length > Math.min(MAX_FRAME_BYTES, bytes.remaining())) {
            return Optional.empty();
        }
        ByteBuffer content = bytes.slice(bytes.position(), length);
        if (checksum(content.duplicate()) != checksum) {
            return Optional.empty();
        }
        bytes.position(bytes.position() + length);
        return Optional.of(content);
    }

    void append(JournalRecord entry) throws IOException {
        append(entry.encode());
    }

    private void append(ByteBuffer content) throws IOException {
        int length = content.remaining();
        ByteBuffer frame = ByteBuffer.allocate(FRAME_HEADER_BYTES + length)
                .putInt(length)
                .putInt(checksum(content.duplicate()))
                .put(content);
        file.write(frame.flip(), end);
        // Only now: a record that was written by half is written over by the next one.
        end += FRAME_HEADER_BYTES + length;
    }

    /** Takes all records back, which a full disk does not hinder. */
    void clear() throws IOException {
        file.truncate(headerEnd);
        end = headerEnd;
    }

    void sync() throws IOException {
        file.sync();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
