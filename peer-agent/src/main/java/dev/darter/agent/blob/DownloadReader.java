package dev.darter.agent.blob;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.darter.registry.BlobBytes;
import dev.darter.registry.BlobReader;
import dev.darter.registry.BlobRequest;
import dev.darter.registry.ByteRange;
import dev.darter.registry.LazyMode;
import dev.darter.registry.OriginAccess;
import dev.darter.registry.WantedBytes;

/** One reader of a {@link Download}: blocks until the download has what it wants, or until the engine gives up on it. */
final class DownloadReader implements BlobReader {

    private final long id;
    private final BlobRequest request;
    private final Download download;
    /** Why this reader gets no more; guarded by the download's lock, like the fields below. */
    private @Nullable IOException failure;
    private boolean refused;
    private boolean knowsSize;
    private boolean misled;
    private volatile @Nullable BlobReader elsewhere;
    private volatile boolean closed;
    private final List<ReaderPart> parts = new ArrayList<>();
    private int lastChunk = -1;
    private long givenTo;
    private int seenRewinds;

    /** @param id its number, the first of as many as it has parts */
    DownloadReader(long id, BlobRequest request, Download download) {
        this.id = id;
        this.request = request;
        this.download = download;
        switch (request.wanted()) {
            case WantedBytes.ToTheEnd(long first) -> parts.add(new ReaderPart(id, first, -1));
            case WantedBytes.Parts(List<ByteRange> ranges, _, _) -> {
                for (ByteRange range : ranges) {
                    parts.add(new ReaderPart(id + parts.size(), range.first(), range.last() + 1));
                }
            }
        }
    }

    long id() {
        return id;
    }

    BlobRequest request() {
        return request;
    }

    /** How this caller reads the origin, unless the origin has refused it. */
    Optional<OriginAccess> origin() {
        return refused ? Optional.empty() : Optional.of(request.origin());
    }

    void originRefused() {
        refused = true;
    }

    void fail(IOException reason) {
        failure = failure == null ? reason : failure;
    }

    Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Whether he was told or given anything. */
    boolean wasTold() {
        return knowsSize || givenTo > 0;
    }

    /** What was told is false. */
    void mislead() {
        misled = true;
        fail(new IOException("The blob " + request.blob().digest() + " has another size than was thought"));
    }

    boolean isMisled() {
        return misled;
    }

    /** Whether only some parts of the blob are wanted, so that it can't be taken for a whole one. */
    boolean wantsParts() {
        return request.wanted() instanceof WantedBytes.Parts;
    }

    /** Whether parts are read before anybody waits for them. */
    boolean readsAhead() {
        return request.wanted() instanceof WantedBytes.Parts parts && parts.haste() == WantedBytes.Haste.AHEAD;
    }

    /** Whether the rest of the blob is wanted as well. */
    boolean wantsRest() {
        return !(request.wanted() instanceof WantedBytes.Parts parts) || parts.rest() == LazyMode.FILL_IN_BACKGROUND;
    }

    /** What is wanted still; each part has a number of its own. */
    List<ReaderPart> parts() {
        return List.copyOf(parts);
    }

    /** Where the part ends that this offset belongs to; -1 for the blob's end, also where it belongs to none. */
    long endOfPart(long offset) {
        return parts.stream().filter(part -> part.contains(offset)).mapToLong(ReaderPart::to).max().orElse(-1);
    }

    /** How many numbers a reader needs that wants this. */
    static int numbers(WantedBytes wanted) {
        return wanted instanceof WantedBytes.Parts(List<ByteRange> ranges, _, _) ? ranges.size() : 1;
    }

    /** Goes on reading without the download; fails when the reader was closed meanwhile. */
    BlobReader elsewhere(Function<DownloadReader, BlobReader> place) throws IOException {
        BlobReader present = elsewhere;
        if (present == null) {
            present = place.apply(this);
            elsewhere = present;
        }
        if (closed) {
            // The other thread may have looked before there was anything to close; closing twice does no harm.
            present.close();
            throw new IOException("The reader was closed");
        }
        return present;
    }

    @Override
    public long size() throws IOException, InterruptedException {
        return download.await(this, here -> {
            knowsSize = true;
            return Optional.of(here.layout().blobSize());
        }, BlobReader::size);
    }

    @Override
    public BlobBytes read(long offset, long maxLength) throws IOException, InterruptedException {
        return download.await(this, here -> readHere(here, offset, maxLength), through -> through.read(offset, maxLength));
    }

    private Optional<BlobBytes> readHere(Content here, long offset, long maxLength) {
        if (offset >= here.layout().blobSize()) {
            fail(new IOException("There is nothing behind the " + here.layout().blobSize() + " bytes of " + request.blob().digest()));
            return Optional.empty();
        }
        movedTo(offset, here.layout().chunkAt(offset)).ifPresent(download::moved);
        long readable = Math.min(maxLength, wantsParts() ? here.readablePart(offset) : here.readable(offset));
        // Asked after what can be read: bytes that were found to be false are told of before others take their place.
        if (isDeceived(here)) {
            fail(new IOException("What was sent of " + request.blob().digest() + " was false"));
            return Optional.empty();
        }
        if (readable <= 0) {
            return Optional.empty();
        }
        givenTo = Math.max(givenTo, offset + readable);
        return Optional.of(new BlobBytes.InFile(here.file(), offset, readable));
    }

    /** Remembers what is wanted; the part that it belongs to when it lies in another chunk than before. */
    private Optional<ReaderPart> movedTo(long offset, int chunk) {
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).contains(offset)) {
                parts.set(i, parts.get(i).at(offset));
                boolean moved = chunk != lastChunk;
                lastChunk = chunk;
                return moved ? Optional.of(parts.get(i)) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** Whether what this reader was given may have been false: then it must get no more, lest the rest make it look like a whole blob. */
    private boolean isDeceived(Content content) {
        int rewinds = content.rewinds();
        boolean deceived = content.doubtfulSince(seenRewinds) < givenTo;
        seenRewinds = rewinds;
        return deceived;
    }

    @Override
    public void close() {
        closed = true;
        BlobReader present = elsewhere;
        if (present != null) {
            present.close();
        }
        download.closed(this);
    }
}
