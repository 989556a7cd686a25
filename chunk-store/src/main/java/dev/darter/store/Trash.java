package dev.darter.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Things are renamed into the trash at once, so that their names are free, and deleted later: to unlink a large file takes a while. */
final class Trash {

    private static final Logger LOG = LoggerFactory.getLogger(Trash.class);

    private final Disk disk;
    private final Path folder;
    private final AtomicLong next = new AtomicLong();

    Trash(Disk disk, Path folder) {
        this.disk = disk;
        this.folder = folder;
    }

    /** Deletes what an earlier process left. */
    void open() throws IOException {
        disk.createDirectories(folder);
        for (Path left : disk.list(folder)) {
            delete(left);
        }
    }

    /** Takes files or folders out of their place, in this order; passes over those that are missing. */
    List<Path> take(Path... paths) throws IOException {
        List<Path> taken = new ArrayList<>();
        for (Path path : paths) {
            if (disk.exists(path)) {
                taken.add(take(path));
            }
        }
        return taken;
    }

    private Path take(Path path) throws IOException {
        Path taken = folder.resolve(Long.toString(next.getAndIncrement()));
        disk.move(path, taken);
        return taken;
    }

    /** Deletes what was taken. What can't be deleted is left for the next start. */
    void delete(Path taken) {
        try {
            if (disk.isDirectory(taken)) {
                for (Path file : disk.list(taken)) {
                    disk.delete(file);
                }
            }
            disk.delete(taken);
        } catch (IOException e) {
            LOG.warn("Can't delete {}", taken, e);
        }
    }
}
