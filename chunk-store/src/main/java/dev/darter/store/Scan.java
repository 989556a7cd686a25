package dev.darter.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.Digest;

/** Reads the folder of a store into its index at the start. Looks at names, sizes, sidecars and journals; hashes nothing. */
final class Scan {

    private static final Logger LOG = LoggerFactory.getLogger(Scan.class);

    private final Disk disk;
    private final Folders folders;
    private final Contents contents;
    private final Trash trash;

    Scan(Disk disk, Folders folders, Contents contents, Trash trash) {
        this.disk = disk;
        this.folders = folders;
        this.contents = contents;
        this.trash = trash;
    }

    /** What {@link CleanStop} says of the stop before. */
    Optional<Set<Digest>> run() throws IOException {
        Optional<Set<Digest>> doubtful = CleanStop.take(disk, folders);
        for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
            for (Path prefix : disk.list(folders.blobs().resolve(algorithm.prefix()))) {
                each(shelf(prefix), file -> blob(file, algorithm, doubtful));
            }
            each(disk.list(folders.partials().resolve(algorithm.prefix())),
                    folder -> partial(folder, digest(algorithm, name(folder).split(Folders.TAG_SEPARATOR, 2)[0])));
        }
        return doubtful;
    }

    /** A file has no business there. */
    private List<Path> shelf(Path prefix) throws IOException {
        if (disk.isDirectory(prefix)) {
            return disk.list(prefix);
        }
        trash.take(prefix).forEach(trash::delete);
        return List.of();
    }

    private interface Look {
        void at(Path path) throws IOException;
    }

    /** One entry that can't be read must not keep all others from being used. It is left where it is. */
    private static void each(List<Path> entries, Look look) {
        for (Path entry : entries) {
            try {
                look.at(entry);
            } catch (IOException | IllegalArgumentException e) {
                LOG.warn("{} can't be read and is passed over", entry, e);
            }
        }
    }

    private void blob(Path file, Digest.Algorithm algorithm, Optional<Set<Digest>> doubtful) throws IOException {
        String name = name(file);
        Optional<Digest> digest = digest(algorithm, name);
        if (digest.isEmpty() || disk.isDirectory(file)) {
            boolean sidecarOfBlob = name.endsWith(Folders.SIDECAR)
                    && disk.exists(file.resolveSibling(name.substring(0, name.length() - Folders.SIDECAR.length())));
            if (!sidecarOfBlob) {
                trash.take(file).forEach(trash::delete);
            }
            return;
        }
        ChunkLayout layout = ChunkLayout.forSize(disk.size(file));
        Path sidecarPath = folders.sidecar(digest.get());
        Optional<Sidecar> sidecar = sidecar(sidecarPath, algorithm).filter(read -> read.layout().equals(layout));
        SortedSet<String> sources = sidecar.isPresent() ? sidecar.get().sources() : new TreeSet<>();
        Resident resident = new Resident(digest.get(), layout, sources, disk.lastModified(sidecar.isPresent() ? sidecarPath : file));
        resident.shared = disk.names(file) > 1;
        resident.doubtful = sidecar.isEmpty() || doubtful.isEmpty() || doubtful.get().contains(digest.get());
        contents.add(resident);
    }

    /** One that can't be read is as good as a damaged one. */
    private Optional<Sidecar> sidecar(Path path, Digest.Algorithm algorithm) {
        try {
            return Sidecar.read(disk, path, algorithm);
        } catch (IOException e) {
            LOG.warn("{} can't be read", path, e);
            return Optional.empty();
        }
    }

    private void partial(Path folder, Optional<Digest> digest) throws IOException {
        Path journal = folder.resolve(Folders.JOURNAL);
        Optional<Journal.Content> content = digest.isEmpty() ? Optional.empty() : Journal.read(disk, journal, digest.get().algorithm());
        if (digest.isEmpty() || content.isEmpty() || !folders.partial(new BlobKey(content.get().registry(), digest.get())).equals(folder)) {
            LOG.info("{} holds no download that can be gone on with; it is deleted", folder);
            trash.take(folder).forEach(trash::delete);
            return;
        }
        Download download = new Download(new BlobKey(content.get().registry(), digest.get()), content.get().layout(),
                disk.lastModified(journal));
        download.chunksOnDisk = Recovery.named(content.get().records()).chunks().size();
        contents.add(download);
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static Optional<Digest> digest(Digest.Algorithm algorithm, String hex) {
        try {
            return Optional.of(new Digest(algorithm, hex));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
