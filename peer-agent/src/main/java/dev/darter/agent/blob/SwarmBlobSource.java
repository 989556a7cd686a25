package dev.darter.agent.blob;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.agent.swarm.Failure;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;
import dev.darter.protocol.PeerMessage.Have;
import dev.darter.protocol.VouchKey;
import dev.darter.registry.BlobReader;
import dev.darter.registry.BlobRequest;
import dev.darter.registry.BlobSource;
import dev.darter.registry.WantedBytes;
import dev.darter.store.Lookup;
import dev.darter.store.StoreException;
import dev.darter.store.StoredBlob;

/**
 * Where the proxy gets its bytes: from the store, or from a download that is under way or begins now, of which there is one for any number of
 * readers. What the swarm engine decides about downloads reaches them through here. Thread-safe.
 */
public final class SwarmBlobSource implements BlobSource {

    private static final Logger LOG = LoggerFactory.getLogger(SwarmBlobSource.class);

    private final BlobContext context;
    private final TrafficBook traffic;
    private final Map<BlobKey, Download> downloads = new ConcurrentHashMap<>();
    private final AtomicLong readers = new AtomicLong();
    private final Rechecks rechecks;
    private final BiConsumer<BlobKey, Runnable> work;

    /** @param work runs what may block, for each blob one after the other; returns at once */
    public SwarmBlobSource(BlobContext context, TrafficBook traffic, BiConsumer<BlobKey, Runnable> work) {
        this.context = context;
        this.rechecks = new Rechecks(context);
        this.traffic = traffic;
        this.work = work;
    }

    @Override
    public BlobReader open(BlobRequest request) {
        BlobKey blob = request.blob();
        while (true) {
            Download download = downloads.get(blob);
            if (download == null) {
                Optional<StoredBlob> stored = context.stored(blob);
                if (stored.isPresent()) {
                    if (request.wanted().equals(WantedBytes.all())) {
                        rechecks.given(blob.digest());
                    }
                    return new StoredReader(stored.get(), traffic.of(blob.digest()));
                }
                Optional<BlobReader> first = begin(request);
                if (first.isPresent()) {
                    return first.get();
                }
                continue;
            }
            Optional<DownloadReader> reader = download.join(numbers(request), request);
            if (reader.isPresent()) {
                return reader.get();
            }
            // It has ended between the look and the join: look again.
            downloads.remove(blob, download);
        }
    }

    private long numbers(BlobRequest request) {
        return readers.getAndAdd(DownloadReader.numbers(request.wanted()));
    }

    /** Begins a download with its first reader; empty when somebody else has just begun one. */
    private Optional<BlobReader> begin(BlobRequest request) {
        BlobKey blob = request.blob();
        Download download = new Download(blob, context, traffic.of(blob.digest()), task -> work.accept(blob, task));
        DownloadReader reader = download.join(numbers(request), request).orElseThrow();
        if (downloads.putIfAbsent(blob, download) != null) {
            return Optional.empty();
        }
        work.accept(blob, () -> {
            download.begin(request.size());
            if (!download.isRunning()) {
                // The engine will never hear of it, and so never end it: it is here already, or can't be stored.
                downloads.remove(blob, download);
            }
        });
        return Optional.of(reader);
    }

    @Override
    public boolean holds(BlobKey blob) {
        try {
            return switch (context.store().peek(blob)) {
                case Lookup.Complete(var complete) -> {
                    complete.close();
                    yield true;
                }
                case Lookup.Partial(var partial) -> {
                    boolean proven = partial.isProven();
                    partial.close();
                    yield proven;
                }
                case Lookup.Missing _ -> false;
            };
        } catch (StoreException e) {
            LOG.warn("The store can't look for {}", blob.digest(), e);
            return false;
        }
    }

    /** Number of blobs that are on their way. */
    public int active() {
        return (int) downloads.values().stream().filter(Download::isRunning).count();
    }

    /**
     * How far a download is.
     *
     * @param servableBytes that readers may have
     * @param size in bytes, or -1 while it is not known
     */
    public record Progress(BlobKey blob, long servableBytes, long size) {}

    /** The downloads that are under way. */
    public List<Progress> progress() {
        return downloads.values().stream().filter(Download::isRunning).map(Download::progress).toList();
    }

    /** What is here of a blob that is on its way. */
    Optional<Content> content(BlobKey blob) {
        return Optional.ofNullable(downloads.get(blob)).flatMap(Download::content);
    }

    Optional<Download> download(BlobKey blob) {
        return Optional.ofNullable(downloads.get(blob));
    }

    // --- what the engine decides; may block ---

    /** Begins to read a blob from its origin, from one chunk to before another, or to the end for -1. */
    public void readOrigin(BlobKey blob, long epoch, int from, int to) {
        download(blob).ifPresent(download -> download.origin().read(epoch, from, to));
    }

    /** Begins to read chunks of a blob from its origin, out of order and beside what else is being read. */
    public void readAlone(BlobKey blob, long epoch, int from, int to) {
        download(blob).ifPresent(download -> download.origin().readAlone(epoch, from, to));
    }

    /** Stops reading a blob from its origin. */
    public void stopOrigin(BlobKey blob, long epoch) {
        download(blob).ifPresent(download -> download.origin().stop(epoch));
    }

    /** Nobody can deliver the blob: those who read it now end with an error. */
    public void failReaders(BlobKey blob, Failure reason, Duration retryAfter) {
        download(blob).ifPresent(download -> download.fail(refusal -> Failures.of(reason, refusal, retryAfter)));
    }

    /** The engine needs the download no longer. */
    public void end(BlobKey blob) {
        if (download(blob).filter(Download::end).filter(download -> downloads.remove(blob, download)).isPresent()) {
            context.keys().forget(blob);
        }
    }

    /** Ends all downloads and their readers; what is in the store stays. */
    public void close() {
        downloads.values().forEach(Download::stop);
    }

    // --- what neighbours and the scheduler say; may block ---

    /** Learns the chain states of an announcement; true when states that are needed for it are still unknown. */
    public boolean learn(HostId from, Have have) throws IOException {
        Optional<Download> download = download(have.blob());
        return download.isPresent() && download.get().learn(from, have);
    }

    /** A neighbour says that a chunk which it was sent from here is damaged: it is hashed again in the background. */
    public void rejected(BlobKey blob, int chunk) {
        content(blob).ifPresentOrElse(here -> rechecks.check(blob.digest(), here, chunk), () -> rechecks.check(blob.digest()));
    }

    /** New keys are believed, for one blob or, being hosts' own, for all. */
    public void keysCame(Optional<BlobKey> blob) throws IOException {
        for (Download download : downloads.values()) {
            if (blob.map(download.blob()::equals).orElse(true)) {
                download.sizing().keysCame();
                Optional<Content> content = download.content();
                if (content.isPresent()) {
                    content.get().keysCame();
                }
            }
        }
    }

    /** A host was caught lying. */
    public void shunned(HostId signer) throws IOException {
        for (Download download : downloads.values()) {
            Optional<Content> content = download.content();
            if (content.isPresent()) {
                content.get().disbelieve(signed -> signed.signer().equals(signer));
            }
        }
    }

    /** A host that was caught lying gets another chance. */
    public void pardoned(HostId signer) {
        context.keys().pardon(signer);
    }

    /** A key is believed no longer. */
    public void keyWithdrawn(BlobKey blob, VouchKey key) throws IOException {
        Optional<Content> content = content(blob);
        if (content.isPresent()) {
            content.get().disbelieve(key::isOf);
        }
    }
}
