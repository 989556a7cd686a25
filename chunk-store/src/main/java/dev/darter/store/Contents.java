package dev.darter.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;
import dev.darter.store.EvictionPolicy.Candidate;

/**
 * The index of the store: what is there, who uses it, how many bytes it takes. One lock guards all of it; under the lock nothing slower than a
 * rename happens. The maps are open to the rest of the package, for code that runs in {@link #locked}.
 */
final class Contents {

    private static final Logger LOG = LoggerFactory.getLogger(Contents.class);

    final Map<Digest, Resident> residents = new HashMap<>();
    final Map<BlobKey, Download> downloads = new HashMap<>();
    final Map<Digest, Integer> pins = new HashMap<>();
    /** Partial blobs that were thrown away while somebody used them: their files are open still, and count until they are closed. */
    final Map<PartialBlob, Download> discarded = new HashMap<>();

    /** Blobs that were borrowed and turned out to be damaged: they are not taken a second time. */
    final Set<Digest> damagedElsewhere = new HashSet<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Folders folders;
    private final EvictionPolicy policy;
    private final Trash trash;
    private final InstantSource clock;
    private final List<Consumer<Digest>> evictionListeners = new CopyOnWriteArrayList<>();
    private long usedBytes;
    /** Part of the used bytes: of what lies in the trash and is being deleted. */
    private long leavingBytes;

    Contents(Folders folders, EvictionPolicy policy, Trash trash, InstantSource clock) {
        this.folders = folders;
        this.policy = policy;
        this.trash = trash;
        this.clock = clock;
    }

    <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** Work that may fail on the disk. */
    interface DiskWork<T> {
        T run() throws IOException;
    }

    <T> T lockedOnDisk(DiskWork<T> work) throws IOException {
        lock.lock();
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }

    void onEvicted(Consumer<Digest> listener) {
        evictionListeners.add(listener);
    }

    /** Enters what was found on disk. */
    void add(Resident resident) {
        locked(() -> {
            count(resident.cost());
            return Optional.ofNullable(residents.put(resident.digest, resident));
        });
    }

    /** Enters what was found on disk. */
    void add(Download download) {
        locked(() -> {
            count(download.bytes);
            return Optional.ofNullable(downloads.put(download.key, download));
        });
    }

    /** Counts bytes that were taken, or given back when negative. In {@link #locked}. */
    void count(long bytes) {
        usedBytes += bytes;
    }

    StoreUsage usage() {
        return locked(() -> new StoreUsage(usedBytes, policy.quotaBytes(), residents.size(),
                (int) downloads.values().stream().filter(download -> !download.published).count()));
    }

    /** What was taken out of the index and lies in the trash. */
    private record Removed(Digest digest, List<Path> paths, long bytes, boolean wasComplete) {}

    /** Counts bytes for a new blob, after deleting others if need be; false, and nothing is deleted, when it would not fit. */
    boolean reserve(long bytes) {
        List<Removed> removed = new ArrayList<>();
        boolean fits = locked(() -> {
            long used = usedBytes - leavingBytes;
            // With room, as nearly always, nobody looks through all that is here.
            Optional<List<Candidate<StoreEntry>>> victims = policy.hasRoom(used, bytes)
                    ? Optional.of(List.of())
                    : policy.victims(candidates(), used, bytes);
            victims.ifPresent(chosen -> {
                chosen.forEach(victim -> remove(victim.item()).ifPresent(removed::add));
                count(bytes);
            });
            return victims.isPresent();
        });
        delete(removed);
        return fits;
    }

    /** Deletes least recently used blobs of so many bytes in all, because the disk is fuller than the quota lets expect. */
    boolean free(long bytes) {
        List<Removed> removed = new ArrayList<>();
        locked(() -> {
            new EvictionPolicy(usedBytes, usedBytes - 1, Math.max(0, usedBytes - bytes)).victims(candidates(), usedBytes, 0)
                    .ifPresent(chosen -> chosen.forEach(victim -> remove(victim.item()).ifPresent(removed::add)));
            return removed;
        });
        delete(removed);
        return !removed.isEmpty();
    }

    /** Deletes least recently used blobs if there is more than the quota allows. */
    void enforceQuota() {
        long excess = usage().bytes() - policy.quotaBytes();
        if (excess > 0) {
            free(excess);
        }
    }

    /** Takes a blob out of the store, whoever reads it. */
    void discard(Resident resident) {
        delete(locked(() -> remove(resident)).stream().toList());
    }

    /** Takes a partial blob that nobody uses out of the store. */
    void discard(Download download) {
        delete(locked(() -> download.users == 0 ? remove(download) : Optional.<Removed>empty()).stream().toList());
    }

    /** Takes a partial blob out of the store whoever uses it, unless it is proven and so on its way to its place. */
    void discardUsed(Download download) {
        delete(locked(() -> {
            PartialBlob open = download.open;
            return download.publishing || download.published || (open != null && open.isProven())
                    ? Optional.<Removed>empty()
                    : remove(download);
        }).stream().toList());
    }

    private void delete(List<Removed> removed) {
        for (Removed gone : removed) {
            gone.paths().forEach(trash::delete);
            locked(() -> {
                count(-gone.bytes());
                leavingBytes -= gone.bytes();
                return gone;
            });
            if (gone.wasComplete()) {
                evictionListeners.forEach(listener -> listener.accept(gone.digest()));
            }
        }
    }

    private List<Candidate<StoreEntry>> candidates() {
        List<Candidate<StoreEntry>> candidates = new ArrayList<>();
        for (Resident resident : residents.values()) {
            if (resident.cost() > 0 && isIdle(resident) && !pins.containsKey(resident.digest)) {
                candidates.add(new Candidate<>(resident, resident.size(), resident.lastUsed));
            }
        }
        for (Download download : downloads.values()) {
            if (download.users == 0 && !pins.containsKey(download.key.digest())) {
                candidates.add(new Candidate<>(download, download.bytes, download.lastUsed));
            }
        }
        return candidates;
    }

    /** Whether nobody has its file open. In {@link #locked}. */
    boolean isIdle(Resident resident) {
        return resident.users == 0 && formerDownloads(resident).findAny().isEmpty();
    }

    private Optional<Removed> remove(StoreEntry entry) {
        try {
            Optional<Removed> removed = switch (entry) {
                case Resident resident when !resident.removed -> Optional.of(take(resident));
                case Download download when downloads.get(download.key) == download -> Optional.of(take(download));
                case Resident _,Download _ -> Optional.empty();
            };
            removed.ifPresent(gone -> leavingBytes += gone.bytes());
            return removed;
        } catch (IOException e) {
            LOG.warn("Can't remove a blob from the store", e);
            return Optional.empty();
        }
    }

    private Removed take(Resident resident) throws IOException {
        // Data first: a sidecar without data is nothing, data without its sidecar would be a blob of unknown source.
        List<Path> paths = resident.borrowed.isPresent()
                ? trash.take(folders.sidecar(resident))
                : trash.take(folders.blob(resident.digest), folders.sidecar(resident.digest));
        resident.removed = true;
        residents.remove(resident.digest);
        Optional<Download> reader = formerDownloads(resident).findAny();
        if (resident.users > 0) {
            return new Removed(resident.digest, paths, 0, true);
        }
        reader.ifPresent(download -> download.bytes += resident.cost());
        return new Removed(resident.digest, paths, reader.isPresent() ? 0 : resident.cost(), true);
    }

    private Removed take(Download download) throws IOException {
        List<Path> paths = trash.take(folders.partial(download.key));
        downloads.remove(download.key);
        PartialBlob open = download.open;
        if (open != null) {
            discarded.put(open, download);
        }
        return new Removed(download.key.digest(), paths, open == null ? download.bytes : 0, false);
    }

    /** Those that became this blob and still have its file open. */
    private Stream<Download> formerDownloads(Resident resident) {
        return resident.sources.stream()
                .map(source -> downloads.get(new BlobKey(source, resident.digest)))
                .filter(download -> download != null && download.published);
    }

    InstantSource clock() {
        return clock;
    }
}
