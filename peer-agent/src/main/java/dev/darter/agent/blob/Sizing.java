package dev.darter.agent.blob;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.agent.blob.SizeBelief.Basis;
import dev.darter.agent.blob.SizeBelief.Next;
import dev.darter.agent.trust.KeyRing.Verdict;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.HostId;
import dev.darter.protocol.PeerMessage.Have;
import dev.darter.registry.OriginBody;
import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;
import dev.darter.store.PartialBlob;

/**
 * Finds out how long a download's blob is and opens a file of that size for it; where the size turns out to be another one, a new file.
 * Thread-safe; what neighbours say is only looked at by their threads, and acted upon by another.
 */
final class Sizing {

    private static final Logger LOG = LoggerFactory.getLogger(Sizing.class);

    /** A registry that names yet another size is not asked for ever. */
    private static final int MOST_CORRECTIONS = 3;

    private final Download download;
    private final Consumer<Runnable> work;
    private final SizeBelief belief = new SizeBelief();
    private final EarlyHaves early = new EarlyHaves();
    /** Held while files are opened, so that the last one that is opened is the one of the last size. */
    private final ReentrantLock opening = new ReentrantLock();

    private int corrections;

    /** @param work runs what blocks, one after the other */
    Sizing(Download download, Consumer<Runnable> work) {
        this.download = download;
        this.work = work;
    }

    /** Something of the blob is on disk from earlier; a manifest may say that it is of another size. */
    void found(PartialBlob partial, OptionalLong told) throws IOException {
        long size = partial.layout().blobSize();
        if (!download.blob().digest().canName(size)) {
            partial.close();
            told(told);
            return;
        }
        if (told.isPresent() && told.getAsLong() != size && download.blob().digest().canName(told.getAsLong())) {
            partial.close();
            LOG.info("{} is begun anew: it has {} bytes by its manifest's account, not {}", download.blob().digest(), told.getAsLong(),
                    size);
            settle(told.getAsLong(), Basis.TOLD);
        } else {
            // Nobody may ever have confirmed the size of a single chunk that did not come.
            boolean isClaim = told.isEmpty() && partial.layout().count() <= 1;
            believe(size, isClaim ? Basis.CLAIMED : Basis.TOLD);
            download.use(Optional.of(partial));
        }
    }

    /** A manifest, or an earlier answer of the registry, may have told the size. */
    void told(OptionalLong size) throws IOException {
        if (size.isPresent() && download.blob().digest().canName(size.getAsLong())) {
            settle(size.getAsLong(), Basis.TOLD);
        }
    }

    /** The origin tells the size, which is not the one that was thought right; nothing of the blob is here any more. */
    void corrected(long size) throws OriginException {
        if (!download.blob().digest().canName(size)) {
            throw new OriginException(Kind.WRONG_CONTENT, "The origin's blob has " + size + " bytes, which can't be", Optional.empty());
        }
        if (++corrections > MOST_CORRECTIONS) {
            throw new OriginException(Kind.WRONG_CONTENT, "The origin's blob has another number of bytes each time, now " + size,
                    Optional.empty());
        }
        if (download.content().isPresent()) {
            LOG.info("{} is begun anew: it has {} bytes by its origin's account", download.blob().digest(), size);
        }
        try {
            settle(size, Basis.CONFIRMED);
        } catch (IOException | RuntimeException e) {
            download.withoutStore(e);
        }
    }

    /** A neighbour names a size that is not the one that is thought right here. True when its signatures are wanted to judge it. */
    boolean heard(HostId from, Have have) {
        if (!download.blob().digest().canName(have.size())) {
            return false;
        }
        List<Verdict> verdicts = verdicts(have).toList();
        if (verdicts.contains(Verdict.FORGED)) {
            download.context().lied(from, have.blob());
            return false;
        }
        boolean isSigned = verdicts.contains(Verdict.GOOD);
        Next next;
        boolean isOpen;
        synchronized (this) {
            next = belief.heard(from, have.size(), isSigned);
            isOpen = belief.basis() != Basis.CONFIRMED;
            if (isOpen || !(next instanceof Next.Nothing)) {
                early.add(from, have);
            }
        }
        handOver(next);
        return isOpen && have.states().isEmpty() && have.lone().isEmpty() && have.chunks().size() > 1;
    }

    /** New keys are believed: signatures that waited for them count now. */
    void keysCame() {
        takeEarly().forEach(waiting -> heard(waiting.from(), waiting.have()));
    }

    /** A chunk that a neighbour sent does not fit, which may be for its size. */
    void refuted(HostId from) {
        Next next;
        synchronized (this) {
            next = belief.refuted(from);
        }
        handOver(next);
    }

    private void handOver(Next next) {
        if (!(next instanceof Next.Nothing)) {
            work.accept(() -> carryOut(next));
        }
    }

    private void carryOut(Next next) {
        try {
            switch (next) {
                case Next.Use _ -> open();
                case Next.AskOrigin(long otherwise) -> settle(askOrigin().orElse(otherwise), Basis.CONFIRMED);
                case Next.Nothing _ -> {
                    // The size stays what it is.
                }
            }
        } catch (IOException | RuntimeException e) {
            download.withoutStore(e);
        }
    }

    private Stream<Verdict> verdicts(Have have) {
        ChunkLayout layout = ChunkLayout.of(have.layout(), have.size());
        return Stream.concat(have.states().stream().map(signed -> download.context().keys().check(have.blob(), layout, signed)),
                have.lone().stream().map(signed -> download.context().keys().check(have.blob(), layout, signed)));
    }

    /** One byte is asked for: the answer tells how many there are. */
    private OptionalLong askOrigin() {
        Optional<DownloadReader> caller = download.caller();
        if (caller.isEmpty()) {
            return OptionalLong.empty();
        }
        try (OriginBody body = caller.get().request().origin().open(0, 1)) {
            return download.blob().digest().canName(body.blobSize()) ? OptionalLong.of(body.blobSize()) : OptionalLong.empty();
        } catch (IOException e) {
            LOG.info("{} does not tell how long {} is: {}", download.blob().registry(), download.blob().digest(), e.getMessage());
            return OptionalLong.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OptionalLong.empty();
        }
    }

    private void settle(long size, Basis basis) throws IOException {
        believe(size, basis);
        open();
    }

    private synchronized void believe(long size, Basis basis) {
        belief.settle(size, basis);
    }

    /** Opens a file for what is believed now, unless the one that is open has that size, or is proven. */
    private void open() throws IOException {
        opening.lock();
        try {
            if (!download.isRunning()) {
                return; // Another one may be at work on the same file.
            }
            long size = believed();
            Optional<Content> here = download.content();
            boolean isRight = here.isPresent() ? here.get().isProven() || here.get().layout().blobSize() == size : size < 0;
            if (!isRight) {
                download.use(size < 0 ? Optional.empty() : Optional.of(download.context().store().restart(download.blob(), size)));
            }
        } finally {
            opening.unlock();
        }
        Optional<Content> opened = download.content();
        if (opened.isPresent()) {
            for (EarlyHaves.Early waiting : takeEarly()) {
                opened.get().learn(waiting.from(), waiting.have());
            }
        }
    }

    private synchronized long believed() {
        return belief.size();
    }

    private synchronized List<EarlyHaves.Early> takeEarly() {
        return early.take();
    }
}
