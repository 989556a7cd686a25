package dev.darter.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.Digest;

/**
 * Blobs that somebody else on this host keeps as files, a container runtime for instance. They are complete blobs like all others, but take nothing of
 * the quota, aren't evicted, and may be gone at any time. Nothing is believed of them: they are hashed before they are served for the first time, and
 * what was computed is kept. Thread-safe; methods may block on the disk.
 */
public final class BorrowedBlobs {

    private static final Logger LOG = LoggerFactory.getLogger(BorrowedBlobs.class);

    private final Disk disk;
    private final Folders folders;
    private final Contents contents;
    private final HardLinks links;
    /** Those that have to be hashed though they were before; empty for all. */
    private final Optional<Set<Digest>> doubtful;

    BorrowedBlobs(Disk disk, Folders folders, Contents contents, Optional<Set<Digest>> doubtful) {
        this.disk = disk;
        this.folders = folders;
        this.contents = contents;
        this.links = new HardLinks(disk, folders, contents);
        this.doubtful = doubtful;
    }

    /** What became of a file that was offered. */
    public sealed interface Offered {

        /** It is a complete blob of the store now. */
        record Taken(Set<String> sources) implements Offered {}

        /** Nothing has changed: the store has the blob, or is getting it. */
        record Known() implements Offered {}

        /** It can't be used. */
        record Refused(Reason reason) implements Offered {}
    }

    /** Why a file can't be used. */
    public enum Reason {
        /** It isn't there, or is of another size. */
        MISSING,
        /** This process may not read it. */
        UNREADABLE,
        /** It is not known from which one registry it came, so nobody can be allowed to have it. */
        UNKNOWN_SOURCE,
        /** It held something else than its name says when it was hashed. */
        DAMAGED
    }

    /**
     * Offers the store a file that holds a complete blob.
     *
     * @param sources base URLs of registries that it is said to come from. Who lends the file may have been told by anybody who names the digest, so that of
     *        several, one may be false: they count only when there is one, or when it was the only one before.
     */
    public Offered offer(Digest digest, Path file, long size, Set<String> sources) throws IOException {
        if (contents.locked(() -> contents.residents.containsKey(digest) || isComing(digest))) {
            return new Offered.Known();
        }
        if (contents.locked(() -> contents.damagedElsewhere.contains(digest))) {
            return new Offered.Refused(Reason.DAMAGED);
        }
        if (!disk.exists(file) || disk.size(file) != size) {
            return new Offered.Refused(Reason.MISSING);
        }
        if (!canRead(file)) {
            return new Offered.Refused(Reason.UNREADABLE);
        }
        ChunkLayout layout = ChunkLayout.forSize(size);
        Optional<Sidecar> sidecar = sidecar(digest).filter(read -> read.layout().equals(layout));
        SortedSet<String> believed = believed(sources, sidecar);
        if (believed.isEmpty()) {
            return new Offered.Refused(Reason.UNKNOWN_SOURCE);
        }
        Resident resident = new Resident(digest, layout, Optional.of(file), believed, contents.clock().instant());
        resident.doubtful = sidecar.isEmpty() || doubtful.isEmpty() || doubtful.get().contains(digest);
        boolean isNew = contents.locked(() -> contents.residents.putIfAbsent(digest, resident) == null);
        return isNew ? new Offered.Taken(Set.copyOf(believed)) : new Offered.Known();
    }

    /** Whoever downloads it now would not expect it to be complete. In the lock of the contents. */
    private boolean isComing(Digest digest) {
        return contents.downloads.values().stream().anyMatch(download -> download.users > 0 && download.key.digest().equals(digest));
    }

    private static SortedSet<String> believed(Set<String> sources, Optional<Sidecar> sidecar) {
        if (sources.size() == 1) {
            return new TreeSet<>(sources);
        }
        SortedSet<String> before = new TreeSet<>(sidecar.map(Sidecar::sources).orElseGet(TreeSet::new));
        before.retainAll(sources);
        return before;
    }

    private boolean canRead(Path file) {
        try (OpenFile _ = disk.openForRead(file)) {
            return true;
        } catch (IOException e) {
            LOG.debug("{} can't be read", file, e);
            return false;
        }
    }

    private Optional<Sidecar> sidecar(Digest digest) {
        try {
            return Sidecar.read(disk, folders.borrowedSidecar(digest), digest.algorithm());
        } catch (IOException e) {
            LOG.warn("What is known of blob {} can't be read; it will be computed again", digest, e);
            return Optional.empty();
        }
    }

    /** Nothing but these is lent any more: the others are forgotten, with what was computed of them. */
    public void retain(Set<Digest> lent) throws IOException {
        List<Resident> gone = contents.locked(() -> {
            contents.damagedElsewhere.retainAll(lent);
            return contents.residents.values()
                    .stream()
                    .filter(resident -> resident.borrowed.isPresent() && !lent.contains(resident.digest))
                    .toList();
        });
        gone.forEach(contents::discard);
        forget(lent);
    }

    private void forget(Set<Digest> lent) throws IOException {
        Set<String> kept = new HashSet<>();
        lent.forEach(digest -> kept.add(digest.hex() + Folders.SIDECAR));
        for (Path algorithm : disk.list(folders.borrowed())) {
            for (Path shelf : disk.list(algorithm)) {
                for (Path sidecar : disk.list(shelf)) {
                    if (!kept.contains(String.valueOf(sidecar.getFileName()))) {
                        disk.delete(sidecar);
                    }
                }
            }
        }
    }

    /** What became of the wish to keep one copy instead of two. */
    public sealed interface Sharing {

        /** The store's file and the other one are the same. */
        record Shared() implements Sharing {}

        /** The store has no file of its own of it. */
        record NothingToShare() implements Sharing {}

        /** Somebody reads the store's file now. */
        record InUse() implements Sharing {}

        /** It doesn't work for this file, and won't. */
        record Impossible(String reason) implements Sharing {}
    }

    /**
     * Puts a second name of this file in the place of the store's own, after hashing it. The bytes then take nothing of the quota, and stay in the store
     * when the other name is deleted.
     */
    public Sharing share(Digest digest, Path file) throws IOException {
        return links.share(digest, file);
    }

    /** Counts again what has no other name any more, and evicts if that is too much. */
    public void recount() {
        links.recount();
    }

    /** Number of blobs of which the store has a second name only. */
    public int shared() {
        return contents.locked(() -> (int) contents.residents.values().stream().filter(resident -> resident.shared).count());
    }

    /** Number of blobs that are borrowed now. */
    public int count() {
        return contents.locked(() -> (int) contents.residents.values().stream().filter(resident -> resident.borrowed.isPresent()).count());
    }
}
