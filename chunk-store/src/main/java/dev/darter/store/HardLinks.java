package dev.darter.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.Digest;
import dev.darter.store.BorrowedBlobs.Sharing;

/**
 * Complete blobs whose file has a second name outside of the store. The store's file is replaced by the other one, not the other way round: that one
 * belongs to a program which expects to find it as it left it.
 */
final class HardLinks {

    private static final Logger LOG = LoggerFactory.getLogger(HardLinks.class);

    private final Disk disk;
    private final Folders folders;
    private final Contents contents;

    HardLinks(Disk disk, Folders folders, Contents contents) {
        this.disk = disk;
        this.folders = folders;
        this.contents = contents;
    }

    Sharing share(Digest digest, Path file) throws IOException {
        Optional<Resident> own = contents
                .locked(() -> Optional.ofNullable(contents.residents.get(digest)).filter(resident -> resident.borrowed.isEmpty()));
        if (own.isEmpty()) {
            return new Sharing.NothingToShare();
        }
        Resident resident = own.get();
        if (disk.isSameFile(folders.blob(digest), file)) {
            contents.locked(() -> mark(resident, true));
            return new Sharing.Shared();
        }
        if (!contents.locked(() -> contents.isIdle(resident))) {
            return new Sharing.InUse();
        }
        Path prepared = folders.shelf(digest).resolve(digest.hex() + ".link");
        disk.delete(prepared);
        try {
            disk.link(prepared, file);
        } catch (IOException | UnsupportedOperationException e) {
            // Another file system, or one without links, or a kernel that protects other users' files from them.
            return new Sharing.Impossible(String.valueOf(e.getMessage()));
        }
        try {
            return isSound(resident, prepared) ? replace(resident, prepared) : new Sharing.Impossible("it is damaged");
        } finally {
            disk.delete(prepared);
        }
    }

    /** By the new name: what was hashed is what takes the place. It is synced, since nobody knows whether who wrote it has done that. */
    private boolean isSound(Resident resident, Path prepared) throws IOException {
        try (OpenFile opened = disk.openForRead(prepared)) {
            opened.sync();
            return Rehash.run(opened, resident.digest, resident.layout, _ -> {}).isPresent();
        }
    }

    private Sharing replace(Resident resident, Path prepared) throws IOException {
        Sharing result = contents.lockedOnDisk(() -> {
            if (resident.removed) {
                return new Sharing.NothingToShare();
            }
            if (!contents.isIdle(resident)) {
                // Bytes of a file that is open and has no name any more would be counted for nobody.
                return new Sharing.InUse();
            }
            disk.move(prepared, folders.blob(resident.digest));
            mark(resident, true);
            return new Sharing.Shared();
        });
        if (result instanceof Sharing.Shared) {
            disk.syncDirectory(folders.shelf(resident.digest));
        }
        return result;
    }

    /** In the lock of the contents. */
    private boolean mark(Resident resident, boolean shared) {
        if (!resident.removed && resident.shared != shared) {
            contents.count(shared ? -resident.size() : resident.size());
            resident.shared = shared;
        }
        return shared;
    }

    void recount() {
        List<Resident> shared = contents.locked(() -> contents.residents.values().stream().filter(resident -> resident.shared).toList());
        for (Resident resident : shared) {
            try {
                if (disk.names(folders.blob(resident.digest)) == 1) {
                    contents.locked(() -> mark(resident, false));
                }
            } catch (IOException e) {
                LOG.debug("Can't look at blob {}", resident.digest, e);
            }
        }
        contents.enforceQuota();
    }
}
