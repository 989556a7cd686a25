package dev.darter.store;

import java.nio.ByteBuffer;
import java.util.Optional;

import dev.darter.protocol.Bytes;

/** Checks chunks that come from other hosts or out of order, and keeps those that are right. Thread-safe. */
final class ChunkWriter {

    private final PartialState blob;

    ChunkWriter(PartialState blob) {
        this.blob = blob;
    }

    WriteResult write(int chunk, ByteBuffer bytes) throws StoreException {
        requireLength(chunk, bytes);
        return blob.holding(chunk, () -> {
            while (true) {
                if (blob.look(chain -> chain.has(chunk))) {
                    return new WriteResult.AlreadyThere();
                }
                Optional<Span> span = blob.look(chain -> chain.span(chunk));
                if (span.isEmpty()) {
                    return new WriteResult.Unverifiable();
                }
                Optional<WriteResult> result = write(chunk, bytes, span.get());
                if (result.isPresent()) {
                    return result.get();
                }
            }
        });
    }

    /** Empty when the states around the chunk changed while it was hashed. */
    private Optional<WriteResult> write(int chunk, ByteBuffer bytes, Span span) throws StoreException {
        if (!span.fits(bytes)) {
            return blob.look(chain -> chain.span(chunk)).filter(span::sameAs).map(now -> new WriteResult.Corrupt(now.trust()));
        }
        if (!blob.put(chunk, bytes)) {
            return Optional.of(new WriteResult.Full());
        }
        return blob.link(chunk, span) ? Optional.of(new WriteResult.Accepted()) : Optional.empty();
    }

    WriteResult writeAlone(int chunk, ByteBuffer bytes, Bytes sha256) throws StoreException {
        requireLength(chunk, bytes);
        return blob.holding(chunk, () -> {
            if (blob.look(chain -> chain.has(chunk))) {
                return new WriteResult.AlreadyThere();
            }
            if (!LoneHash.of(bytes).equals(sha256)) {
                return new WriteResult.Corrupt(Trust.VOUCHED);
            }
            if (!blob.put(chunk, bytes)) {
                return new WriteResult.Full();
            }
            blob.addLone(chunk, sha256);
            return new WriteResult.Accepted();
        });
    }

    /** Hashes a chunk on disk again; forgets it when it is damaged. */
    boolean recheck(int chunk) throws StoreException {
        return blob.holding(chunk, () -> {
            ByteBuffer bytes = blob.get(chunk);
            boolean sound = blob.look(chain -> chain.isLinked(chunk)
                    ? chain.span(chunk).filter(span -> span.fits(bytes)).isPresent()
                    : chain.loneHash(chunk).filter(LoneHash.of(bytes)::equals).isPresent());
            if (!sound) {
                blob.drop(chunk);
            }
            return sound;
        });
    }

    private void requireLength(int chunk, ByteBuffer bytes) {
        if (chunk < 0 || chunk >= blob.layout().count() || bytes.remaining() != blob.layout().length(chunk)) {
            throw new IllegalArgumentException("No chunk " + chunk + " of " + bytes.remaining() + " bytes in " + blob.layout());
        }
    }
}
