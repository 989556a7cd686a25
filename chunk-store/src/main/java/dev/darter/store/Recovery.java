package dev.darter.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.ChunkSet;

/** Opens the files of a partial blob, new or as a crash left them: every chunk that the journal names is hashed again before it counts. */
final class Recovery {

    private final Disk disk;
    private final Folders folders;
    private final Executor background;

    Recovery(Disk disk, Folders folders, Executor background) {
        this.disk = disk;
        this.folders = folders;
        this.background = background;
    }

    /** A partial blob, ready for use. */
    record Opened(PartialFiles files, DigestChain chain, SignatureBook signatures) {}

    /** Goes on with what is there if it is of this size; begins anew otherwise. */
    Opened open(BlobKey key, ChunkLayout layout) throws IOException {
        disk.createDirectories(folders.partial(key));
        Optional<Journal.Content> content = Journal.read(disk, folders.journal(key), key.digest().algorithm())
                .filter(found -> found.layout().equals(layout) && found.registry().equals(key.registry()));
        Optional<Replayed> replayed = content.flatMap(found -> replay(found.records(), empty(key, layout)));
        Replayed known = replayed.orElseGet(() -> empty(key, layout));
        if (replayed.isEmpty()) {
            disk.delete(folders.data(key));
        }
        OpenFile data = disk.openForWrite(folders.data(key));
        try {
            Journal journal;
            if (replayed.isPresent() && content.isPresent()) {
                recheck(named(content.get().records()), layout, data, known.chain());
                journal = Journal.resume(disk, folders.journal(key), content.get());
            } else {
                journal = Journal.create(disk, folders.journal(key), layout, key.registry());
                disk.syncDirectory(folders.partial(key));
            }
            return new Opened(new PartialFiles(key, data, journal, background), known.chain(), known.signatures());
        } catch (IOException e) {
            data.close();
            throw e;
        }
    }

    /** What the states were, and who vouched for them. */
    private record Replayed(DigestChain chain, SignatureBook signatures) {}

    private static Replayed empty(BlobKey key, ChunkLayout layout) {
        return new Replayed(new DigestChain(key.digest(), layout), new SignatureBook());
    }

    /** Empty when the records make no sense for this blob. */
    private static Optional<Replayed> replay(Iterable<JournalRecord> records, Replayed known) {
        try {
            for (JournalRecord step : records) {
                switch (step) {
                    case JournalRecord.States(var first, var trust, var states) -> known.chain().learn(first, states, trust);
                    case JournalRecord.Signed(var signed) -> {
                        if (known.chain().learn(signed.firstBoundary(), signed.states(), Trust.VOUCHED) instanceof LearnResult.Learnt) {
                            known.signatures().add(signed);
                        }
                    }
                    case JournalRecord.Rewound(var boundary) -> {
                        known.chain().rewind(boundary);
                        known.signatures().rewind(boundary);
                    }
                    case JournalRecord.Linked _,JournalRecord.Lone _,JournalRecord.Dropped _ -> {
                    }
                }
            }
            return Optional.of(known);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * The chunks that should be there.
     *
     * @param lone those of {@code chunks} that came with a hash of their own
     */
    record Named(ChunkSet chunks, Map<Integer, Bytes> lone) {}

    static Named named(Iterable<JournalRecord> records) {
        Named named = new Named(new ChunkSet(), new HashMap<>());
        for (JournalRecord step : records) {
            switch (step) {
                case JournalRecord.Linked(int chunk) -> named.chunks.add(chunk);
                case JournalRecord.Lone(int chunk, Bytes sha256) -> {
                    named.chunks.add(chunk);
                    named.lone.put(chunk, sha256);
                }
                case JournalRecord.Dropped(int chunk) -> {
                    named.chunks.remove(chunk);
                    named.lone.remove(chunk);
                }
                case JournalRecord.Rewound(int boundary) -> {
                    int first = Math.max(0, boundary - 1);
                    named.chunks.removeAll(ChunkSet.ofRange(first, Math.max(first, named.chunks.end())));
                    named.lone.keySet().removeIf(chunk -> chunk >= first);
                }
                case JournalRecord.States _,JournalRecord.Signed _ -> {
                }
            }
        }
        return named;
    }

    private static void recheck(Named named, ChunkLayout layout, OpenFile data, DigestChain chain) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(layout.chunkSize());
        for (int chunk = named.chunks.next(0); chunk >= 0 && chunk < layout.count(); chunk = named.chunks.next(chunk + 1)) {
            data.read(bytes.clear().limit(layout.length(chunk)), layout.offset(chunk));
            if (bytes.flip().remaining() == layout.length(chunk)) {
                recheck(chunk, bytes, Optional.ofNullable(named.lone.get(chunk)), chain);
            }
        }
        chain.prove();
    }

    private static void recheck(int chunk, ByteBuffer bytes, Optional<Bytes> sha256, DigestChain chain) {
        Optional<Span> span = chain.span(chunk).filter(known -> known.fits(bytes));
        if (span.isPresent()) {
            chain.link(chunk, span.get());
        } else if (sha256.isPresent() && LoneHash.of(bytes).equals(sha256.get())) {
            chain.addLone(chunk, sha256.get());
        }
    }
}
