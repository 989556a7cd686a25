package dev.darter.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.SignedStates;

/**
 * A partial blob's chain, files and lock. Bytes are hashed and written outside of the lock, by a thread that holds the chunk: nobody else writes
 * it, and nothing is rewound, until the thread lets go. So bytes that were checked are never written over by others.
 */
final class PartialState {

    /** Work that may fail on the disk. */
    interface Work<T> {
        T run() throws StoreException;
    }

    private final BlobKey key;
    private final ChunkLayout layout;
    private final PartialBlob.Home home;
    private final PartialFiles files;
    private final DigestChain chain;
    private final SignatureBook signatures;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ChunkSet held = new ChunkSet();
    /** Number of threads that wait for all chunks to be let go. */
    private int rewinding;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    PartialState(BlobKey key, PartialBlob.Home home, Recovery.Opened opened) {
        this.key = key;
        this.home = home;
        this.files = opened.files();
        this.chain = opened.chain();
        this.signatures = opened.signatures();
        this.layout = chain.layout();
    }

    BlobKey key() {
        return key;
    }

    ChunkLayout layout() {
        return layout;
    }

    PartialFiles files() {
        return files;
    }

    /** Looks at the chain. */
    <T> T look(Function<DigestChain, T> question) {
        lock.lock();
        try {
            return question.apply(chain);
        } finally {
            lock.unlock();
        }
    }

    /** Holds a chunk while the work runs on it. Whoever waits to rewind goes first; so a thread must not ask for a second chunk. */
    <T> T holding(int chunk, Work<T> work) throws StoreException {
        lock.lock();
        try {
            while (rewinding > 0 || held.contains(chunk)) {
                changed.awaitUninterruptibly();
            }
            held.add(chunk);
        } finally {
            lock.unlock();
        }
        try {
            return work.run();
        } finally {
            lock.lock();
            try {
                held.remove(chunk);
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Writes a chunk's bytes; false when the disk is full. The caller holds the chunk. */
    boolean put(int chunk, ByteBuffer bytes) throws StoreException {
        for (boolean again = true;; again = false) {
            try {
                files.put(bytes, layout.offset(chunk));
                return true;
            } catch (IOException e) {
                if (!DiskFull.is(e)) {
                    throw failure("write", e);
                }
                if (!again || !home.freeDisk(bytes.remaining())) {
                    return false;
                }
            }
        }
    }

    /** Reads a whole chunk. */
    ByteBuffer get(int chunk) throws StoreException {
        ByteBuffer bytes = ByteBuffer.allocate(layout.length(chunk));
        try {
            files.read(bytes, layout.offset(chunk));
        } catch (IOException e) {
            throw failure("read", e);
        }
        return bytes.flip();
    }

    private StoreException failure(String what, IOException cause) {
        return StoreException.of("Can't " + what + " the partial blob " + key.digest(), cause);
    }

    LearnResult learn(int firstBoundary, List<ChainState> states, Trust trust) throws StoreException {
        return learn(firstBoundary, states, trust, () -> chain.learn(firstBoundary, states, trust));
    }

    /** Takes states that somebody vouches for, and keeps who. */
    LearnResult learn(SignedStates signed) throws StoreException {
        LearnResult result;
        lock.lock();
        try {
            result = chain.learn(signed.firstBoundary(), signed.states(), Trust.VOUCHED);
            if (result instanceof LearnResult.Learnt && signatures.add(signed)) {
                files.note(new JournalRecord.Signed(signed));
            }
        } finally {
            lock.unlock();
        }
        tell();
        return result;
    }

    List<SignedStates> signatures() {
        lock.lock();
        try {
            return signatures.all();
        } finally {
            lock.unlock();
        }
    }

    /** Takes a state that was computed here, from bytes of the origin. */
    LearnResult learnOwn(int boundary, ChainState state) throws StoreException {
        return learn(boundary, List.of(state), Trust.VOUCHED, () -> chain.learnOwn(boundary, state));
    }

    private LearnResult learn(int firstBoundary, List<ChainState> states, Trust trust, Supplier<LearnResult> change) throws StoreException {
        LearnResult result;
        lock.lock();
        try {
            result = change.get();
            if (result instanceof LearnResult.Learnt(int gained) && gained > 0) {
                files.note(new JournalRecord.States(firstBoundary, trust, states));
            }
        } finally {
            lock.unlock();
        }
        tell();
        return result;
    }

    /** Enters a chunk that was put; false when the states around it have changed. */
    boolean link(int chunk, Span seen) throws StoreException {
        return change(() -> chain.link(chunk, seen), new JournalRecord.Linked(chunk));
    }

    void addLone(int chunk, Bytes sha256) throws StoreException {
        change(() -> {
            chain.addLone(chunk, sha256);
            return true;
        }, new JournalRecord.Lone(chunk, sha256));
    }

    /** Forgets a chunk that stands alone still. */
    void dropLone(int chunk) throws StoreException {
        change(() -> {
            boolean stands = chain.loneHash(chunk).isPresent();
            if (stands) {
                chain.unlink(chunk);
            }
            return stands;
        }, new JournalRecord.Dropped(chunk));
    }

    void drop(int chunk) throws StoreException {
        change(() -> {
            chain.unlink(chunk);
            return true;
        }, new JournalRecord.Dropped(chunk));
    }

    /** Waits until no chunk is held, then rewinds. */
    void rewind(int boundary) throws StoreException {
        change(() -> {
            awaitNoneHeld();
            if (!chain.isProven()) {
                chain.rewind(boundary);
                signatures.rewind(boundary);
            }
            return !chain.isProven();
        }, new JournalRecord.Rewound(boundary));
    }

    private void awaitNoneHeld() {
        rewinding++;
        try {
            while (!held.isEmpty()) {
                changed.awaitUninterruptibly();
            }
        } finally {
            rewinding--;
            changed.signalAll();
        }
    }

    /** Closes the chain if it can be closed. */
    boolean prove() {
        boolean proven = look(DigestChain::prove);
        tell();
        return proven;
    }

    private boolean change(BooleanSupplier change, JournalRecord entry) throws StoreException {
        lock.lock();
        try {
            if (!change.getAsBoolean()) {
                return false;
            }
            files.note(entry);
        } finally {
            lock.unlock();
        }
        tell();
        return true;
    }

    private void tell() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        listeners.forEach(Runnable::run);
    }

    boolean awaitServable(int chunk, Duration timeout) throws InterruptedException {
        long nanos = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (!chain.isServable(chunk)) {
                if (nanos <= 0) {
                    return false;
                }
                nanos = changed.awaitNanos(nanos);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    Pin onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
