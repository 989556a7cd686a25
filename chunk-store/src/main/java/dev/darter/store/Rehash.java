package dev.darter.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.Digest;

/** Hashes a complete blob from the disk. */
final class Rehash {

    private Rehash() {}

    /** The states of a sound blob; empty when the bytes are others than the name says. Tells the number of bytes after each chunk. */
    static Optional<List<ChainState>> run(OpenFile file, Digest name, ChunkLayout layout, LongConsumer progress) throws IOException {
        ChainHasher hasher = ChainHasher.forAlgorithm(name.algorithm());
        if (file.size() != layout.blobSize()) {
            return Optional.empty();
        }
        List<ChainState> states = new ArrayList<>(List.of(hasher.initial()));
        ByteBuffer bytes = ByteBuffer.allocate(layout.count() == 0 ? 0 : layout.length(0));
        int last = Math.max(0, layout.count() - 1);
        for (int chunk = 0; chunk < last; chunk++) {
            read(file, layout, chunk, bytes);
            states.add(hasher.advance(states.getLast(), layout.offset(chunk), bytes));
            progress.accept(layout.length(chunk));
        }
        read(file, layout, last, bytes);
        progress.accept(bytes.remaining());
        return hasher.finish(states.getLast(), layout.offset(last), bytes).equals(name)
                ? Optional.of(List.copyOf(states))
                : Optional.empty();
    }

    private static void read(OpenFile file, ChunkLayout layout, int chunk, ByteBuffer bytes) throws IOException {
        file.read(bytes.clear().limit(layout.length(chunk)), layout.offset(chunk));
        bytes.flip();
        if (bytes.remaining() != layout.length(chunk)) {
            throw new IOException("The file ends early");
        }
    }
}
