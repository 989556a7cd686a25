package dev.darter.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChainState;
import dev.darter.protocol.Digest;

/** Complete blobs: opening them, and hashing them again where there is doubt. */
final class Residents {

    private static final Logger LOG = LoggerFactory.getLogger(Residents.class);
    private static final Duration TOUCH_EVERY = Duration.ofMinutes(1);

    private final Disk disk;
    private final Folders folders;
    private final Contents contents;

    Residents(Disk disk, Folders folders, Contents contents) {
        this.disk = disk;
        this.folders = folders;
        this.contents = contents;
    }

    /** The blob, if it came from this registry and is sound. */
    Optional<StoredBlob> find(BlobKey key) throws StoreException {
        Optional<Resident> found = contents.locked(() -> Optional.ofNullable(contents.residents.get(key.digest()))
                .filter(resident -> resident.sources.contains(key.registry()))
                .map(Residents::use));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Resident resident = found.get();
        Optional<StoredBlob> opened = open(resident);
        if (opened.isEmpty() || !ensureSound(resident, opened.get())) {
            return Optional.empty();
        }
        touch(resident);
        return opened;
    }

    /** Hashes the blob; true when it is there and sound. */
    boolean verify(Digest digest, LongConsumer progress) throws StoreException {
        Optional<Resident> found = contents.locked(() -> Optional.ofNullable(contents.residents.get(digest)).map(Residents::use));
        Optional<StoredBlob> opened = found.isEmpty() ? Optional.empty() : open(found.get());
        if (opened.isEmpty()) {
            return false;
        }
        try (StoredBlob blob = opened.get()) {
            return check(blob, found.get(), progress);
        }
    }

    /** Those that nobody has hashed since an unclean stop. */
    List<Digest> doubtful() {
        return contents
                .locked(() -> contents.residents.values()
                        .stream()
                        .filter(resident -> resident.doubtful)
                        .map(resident -> resident.digest)
                        .toList());
    }

    private static Resident use(Resident resident) {
        resident.users++;
        return resident;
    }

    /** Empty when its file is gone, or is not the store's and can't be read; then the store forgets the blob. */
    private Optional<StoredBlob> open(Resident resident) throws StoreException {
        Path file = folders.file(resident);
        try {
            return Optional.of(new StoredBlob(resident, disk.openForRead(file), this));
        } catch (IOException e) {
            leave(resident);
            if (resident.borrowed.isEmpty() && disk.exists(file)) {
                throw StoreException.of("Can't read blob " + resident.digest, e);
            }
            contents.discard(resident);
            return Optional.empty();
        }
    }

    /** Closes the blob unless it is sound. */
    private boolean ensureSound(Resident resident, StoredBlob blob) {
        if (!contents.locked(() -> resident.doubtful)) {
            return true;
        }
        boolean sound = false;
        resident.checking.lock();
        try {
            sound = !contents.locked(() -> resident.doubtful) || check(blob, resident, Residents::silently);
            return sound;
        } finally {
            resident.checking.unlock();
            if (!sound) {
                blob.close();
            }
        }
    }

    private boolean check(StoredBlob blob, Resident resident, LongConsumer progress) {
        Optional<List<ChainState>> states = rehash(blob, resident, progress);
        if (states.isEmpty()) {
            if (resident.borrowed.isPresent()) {
                contents.locked(() -> contents.damagedElsewhere.add(resident.digest));
            }
            contents.discard(resident);
            return false;
        }
        try {
            restoreSidecar(resident, states.get());
        } catch (IOException e) {
            LOG.warn("Can't write what is known of blob {}; it will be computed again", resident.digest, e);
        }
        contents.locked(() -> resident.doubtful = false);
        return true;
    }

    /** Empty for bytes that are damaged, and for those that the disk no longer gives: both are healed by fetching the blob again. */
    private static Optional<List<ChainState>> rehash(StoredBlob blob, Resident resident, LongConsumer progress) {
        try {
            Optional<List<ChainState>> states = Rehash.run(blob.file(), resident.digest, resident.layout, progress);
            if (states.isEmpty()) {
                LOG.warn("Blob {} is damaged on disk; it will be fetched again", resident.digest);
            }
            return states;
        } catch (IOException e) {
            LOG.warn("Blob {} can't be read from disk; it will be fetched again", resident.digest, e);
            return Optional.empty();
        }
    }

    /** Writes the sidecar again if it is damaged or missing. */
    private void restoreSidecar(Resident resident, List<ChainState> states) throws IOException {
        Path path = folders.sidecar(resident);
        if (Sidecar.read(disk, path, resident.digest.algorithm()).filter(sidecar -> sidecar.states().equals(states)).isPresent()) {
            return;
        }
        if (resident.borrowed.isPresent()) {
            disk.createDirectories(Objects.requireNonNull(path.getParent()));
        }
        contents.lockedOnDisk(() -> {
            if (!resident.removed) {
                Path prepared = path.resolveSibling(path.getFileName() + ".new");
                new Sidecar(resident.layout, states, resident.sources).write(disk, prepared);
                disk.move(prepared, path);
            }
            return resident;
        });
    }

    List<ChainState> states(Resident resident, OpenFile file) throws IOException {
        Optional<Sidecar> sidecar = Sidecar.read(disk, folders.sidecar(resident), resident.digest.algorithm());
        if (sidecar.isPresent()) {
            return sidecar.get().states();
        }
        return Rehash.run(file, resident.digest, resident.layout, Residents::silently)
                .orElseThrow(() -> new IOException("Blob " + resident.digest + " is damaged"));
    }

    private void touch(Resident resident) {
        Instant now = contents.clock().instant();
        boolean due = contents.locked(() -> {
            boolean longAgo = resident.lastUsed.plus(TOUCH_EVERY).isBefore(now);
            resident.lastUsed = now;
            return longAgo;
        });
        if (due) {
            try {
                disk.touch(folders.sidecar(resident), now);
            } catch (IOException e) {
                LOG.debug("Can't note the use of {}", resident.digest, e);
            }
        }
    }

    private static void silently(long bytes) {}

    void release(Resident resident, OpenFile file) {
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("Can't close blob {}", resident.digest, e);
        }
        leave(resident);
    }

    private void leave(Resident resident) {
        contents.locked(() -> {
            resident.users--;
            if (resident.users == 0 && resident.removed) {
                contents.count(-resident.cost());
            }
            return resident;
        });
    }
}
