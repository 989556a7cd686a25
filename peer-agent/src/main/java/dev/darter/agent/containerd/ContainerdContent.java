package dev.darter.agent.containerd;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ObjLongConsumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import dev.darter.containerd.ChangeListener;
import dev.darter.containerd.Containerd;
import dev.darter.containerd.ContainerdException;
import dev.darter.protocol.BlobKey;
import dev.darter.store.BorrowedBlobs;

/**
 * Keeps the store's list of borrowed blobs as containerd's content store is. containerd tells that something has changed, not all that has (its garbage
 * collector is silent about content), so that all is listed anew after a change and now and then. Thread-safe.
 */
public final class ContainerdContent implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerdContent.class);
    /** A list costs containerd some milliseconds. */
    private static final Duration EVERY = Duration.ofSeconds(15);
    private static final Duration RETRY = Duration.ofSeconds(2);
    /** Changes come in bursts. */
    private static final Duration SETTLE = Duration.ofMillis(300);

    private final ContainerdOptions options;
    private final Containerd containerd;
    private final BorrowedBlobs blobs;
    private final Reconciliation reconciliation;
    private final Semaphore wanted = new Semaphore(0);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicBoolean subscribed = new AtomicBoolean();
    private final Thread thread = Thread.ofVirtual().name("containerd").unstarted(this::run);
    private volatile boolean connected;
    private volatile List<String> notes = List.of("it was not asked yet");

    private ContainerdContent(ContainerdOptions options, Containerd containerd, BorrowedBlobs blobs, RegistryNames names,
            ObjLongConsumer<BlobKey> held) {
        this.options = options;
        this.containerd = containerd;
        this.blobs = blobs;
        this.reconciliation = new Reconciliation(blobs, options.storeMode(), names, held);
    }

    /**
     * Begins to watch; returns at once, also when there is no containerd.
     *
     * @param held hears of each blob that can be served from now on, and its size
     */
    public static ContainerdContent start(ContainerdOptions options, BorrowedBlobs blobs, RegistryNames names,
            ObjLongConsumer<BlobKey> held) {
        ContainerdContent content = new ContainerdContent(options, Containerd.at(options.socket()), blobs, names, held);
        content.thread.start();
        return content;
    }

    /** How things are. */
    public ContainerdState state() {
        return new ContainerdState(options.socket().toString(), connected, blobs.count(), blobs.shared(), notes);
    }

    private void run() {
        try {
            boolean first = true;
            while (closed.getCount() > 0) {
                boolean before = connected;
                look();
                if (connected != before || first) {
                    LOG.atLevel(connected ? Level.INFO : Level.WARN)
                            .log("containerd at {}: {}", options.socket(), summary());
                }
                first = false;
                await(connected ? EVERY : RETRY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Why something can't be served goes before how much can. */
    String summary() {
        List<String> parts = new ArrayList<>(notes);
        parts.add(blobs.count() + " blobs can be served from there");
        return String.join("; ", parts);
    }

    /** Waits until it is time to look again. */
    private void await(Duration atMost) throws InterruptedException {
        if (wanted.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS) && !closed.await(SETTLE.toNanos(), TimeUnit.NANOSECONDS)) {
            wanted.drainPermits();
        }
    }

    private void look() {
        try {
            // Before the list, so that nothing is lost between the two.
            subscribe();
            Path folder = containerd.contentFolder()
                    .orElseThrow(() -> new IOException("its content does not lie in a folder, so nothing can be served from it"));
            notes = reconciliation.run(folder, Inventory.take(containerd));
            connected = true;
        } catch (ContainerdException e) {
            connected = false;
            notes = List.of(switch (e.code()) {
                case UNAVAILABLE -> "it does not answer and is asked again every two seconds: " + e.getMessage();
                case DENIED -> "this process may not use its socket: " + e.getMessage();
                case NOT_FOUND, ALREADY_EXISTS, BUSY, FULL, OTHER -> String.valueOf(e.getMessage());
            });
        } catch (IOException | RuntimeException e) {
            connected = false;
            notes = List.of(String.valueOf(e.getMessage()));
            LOG.debug("containerd's content can't be used", e);
        }
    }

    private void subscribe() {
        if (subscribed.compareAndSet(false, true)) {
            containerd.subscribe(new ChangeListener() {
                @Override
                public void changed(String namespace, String topic) {
                    wanted.release();
                }

                @Override
                public void lost(ContainerdException why) {
                    subscribed.set(false);
                    wanted.release();
                }
            });
        }
    }

    /** Stops watching; what is borrowed stays in the store's list. */
    @Override
    public void close() {
        closed.countDown();
        wanted.release();
        containerd.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
