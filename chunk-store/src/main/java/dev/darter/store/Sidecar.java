package dev.darter.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.CRC32C;

import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.Digest;

/**
 * What lies beside a complete blob: its chain states, and which registries it came from. A sidecar that is missing or damaged costs no content:
 * the states are computed again, and the sources are unknown, so that the blob is fetched anew before it is served.
 *
 * <pre>
 *  0        4        8                16        20        24                  ...
 * +--------+--------+----------------+---------+---------+----------+--------------------------+-------+
 * | "DSC1" | layout | blob size      | states  | sources | states … | length, UTF-8 of each …  | CRC32C|
 * +--------+--------+----------------+---------+---------+----------+--------------------------+-------+
 * </pre>
 *
 * Numbers are big-endian, lengths 4 bytes; the checksum is over all that stands before it.
 */
record Sidecar(ChunkLayout layout, List<ChainState> states, SortedSet<String> sources) {

    private static final int MAGIC = 0x44534331;
    private static final int MAX_BYTES = 256 << 20;

    Sidecar withSource(String registry) {
        SortedSet<String> all = new TreeSet<>(sources);
        all.add(registry);
        return new Sidecar(layout, states, all);
    }

    /** Writes a new file and syncs it; not its folder. */
    void write(Disk disk, Path path) throws IOException {
        disk.delete(path);
        try (OpenFile file = disk.openForWrite(path)) {
            file.write(encode(), 0);
            file.sync();
        }
    }

    /** Reads it; empty when it is missing, damaged, written by a newer version, or about another algorithm. */
    static Optional<Sidecar> read(Disk disk, Path path, Digest.Algorithm algorithm) throws IOException {
        if (!disk.exists(path)) {
            return Optional.empty();
        }
        try (OpenFile file = disk.openForRead(path)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(file.size(), MAX_BYTES));
            file.read(bytes, 0);
            return decode(bytes.flip(), algorithm);
        } catch (IllegalArgumentException newer) {
            // A layout that this version doesn't know.
            return Optional.empty();
        }
    }

    ByteBuffer encode() {
        List<byte[]> names = sources.stream().map(source -> source.getBytes(StandardCharsets.UTF_8)).toList();
        int stateLength = states.isEmpty() ? 0 : states.getFirst().bytes().length;
        int length = 28 + states.size() * stateLength + names.stream().mapToInt(name -> 4 + name.length).sum();
        ByteBuffer bytes = ByteBuffer.allocate(length);
        bytes.putInt(MAGIC).putInt(layout.number()).putLong(layout.blobSize()).putInt(states.size()).putInt(names.size());
        states.forEach(state -> bytes.put(state.bytes()));
        names.forEach(name -> bytes.putInt(name.length).put(name));
        return bytes.putInt(checksum(bytes.slice(0, bytes.position()))).flip();
    }

    static Optional<Sidecar> decode(ByteBuffer bytes, Digest.Algorithm algorithm) {
        int end = bytes.remaining() - Integer.BYTES;
        if (end < 24 || bytes.getInt(end) != checksum(bytes.slice(0, end)) || bytes.getInt() != MAGIC) {
            return Optional.empty();
        }
        ChunkLayout layout = ChunkLayout.of(bytes.getInt(), bytes.getLong());
        List<ChainState> states = new ArrayList<>();
        int stateCount = bytes.getInt();
        int sourceCount = bytes.getInt();
        if (stateCount != Math.max(1, layout.count()) || (long) stateCount * algorithm.byteLength() > bytes.remaining()) {
            return Optional.empty();
        }
        for (int i = 0; i < stateCount; i++) {
            byte[] state = new byte[algorithm.byteLength()];
            bytes.get(state);
            states.add(ChainState.of(state));
        }
        SortedSet<String> sources = new TreeSet<>();
        for (int i = 0; i < sourceCount; i++) {
            byte[] name = new byte[bytes.getInt()];
            bytes.get(name);
            sources.add(new String(name, StandardCharsets.UTF_8));
        }
        return Optional.of(new Sidecar(layout, List.copyOf(states), sources));
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
