package dev.darter.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** The file system, with bad places, and with something that happens as a file is deleted. */
final class FailingDisk extends RealDisk {

    private final Set<Path> locked = new HashSet<>();
    private final Set<Path> unreadable = new HashSet<>();
    private final Set<Path> unsyncable = new HashSet<>();
    private final AtomicInteger open = new AtomicInteger();
    private Runnable onDelete = () -> {};

    /** Opening this file, or giving it another name, fails from now on. */
    void lock(Path file) {
        locked.add(file);
    }

    /** Reading this file fails from now on. */
    void breakFile(Path file) {
        unreadable.add(file);
    }

    /** Syncing this folder fails from now on. */
    void breakSync(Path folder) {
        unsyncable.add(folder);
    }

    /** Runs once, before the next file is deleted. */
    void onNextDelete(Runnable work) {
        onDelete = work;
    }

    /** Number of open files that can't be read. */
    int openBroken() {
        return open.get();
    }

    @Override
    public OpenFile openForRead(Path file) throws IOException {
        if (locked.contains(file)) {
            throw new IOException("Too many open files");
        }
        return unreadable.contains(file) ? new BrokenFile(file) : super.openForRead(file);
    }

    @Override
    public void link(Path name, Path existing) throws IOException {
        if (locked.contains(existing)) {
            throw new IOException("Invalid cross-device link");
        }
        super.link(name, existing);
    }

    @Override
    public void delete(Path path) throws IOException {
        Runnable work = onDelete;
        onDelete = () -> {};
        work.run();
        super.delete(path);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        if (unsyncable.contains(directory)) {
            throw new IOException("Input/output error");
        }
        super.syncDirectory(directory);
    }

    private final class BrokenFile extends RealFile {

        BrokenFile(Path file) throws IOException {
            super(file, "r");
            open.incrementAndGet();
        }

        @Override
        public void read(ByteBuffer into, long position) throws IOException {
            throw new IOException("Input/output error");
        }

        @Override
        public void close() throws IOException {
            open.decrementAndGet();
            super.close();
        }
    }
}
