package dev.darter.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** The file system, with bad places, and with something that happens as a file is deleted. */
final class FailingDisk implements Disk {

    private final Disk real = new RealDisk();
    private final Set<Path> unreadable = new HashSet<>();
    private final Set<Path> unsyncable = new HashSet<>();
    private final AtomicInteger open = new AtomicInteger();
    private Runnable onDelete = () -> {};

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
    public void createDirectories(Path directory) throws IOException {
        real.createDirectories(directory);
    }

    @Override
    public OpenFile openForWrite(Path file) throws IOException {
        return real.openForWrite(file);
    }

    @Override
    public OpenFile openForRead(Path file) throws IOException {
        OpenFile opened = real.openForRead(file);
        if (!unreadable.contains(file)) {
            return opened;
        }
        open.incrementAndGet();
        return new BrokenFile(opened);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        real.move(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        Runnable work = onDelete;
        onDelete = () -> {};
        work.run();
        real.delete(path);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        if (unsyncable.contains(directory)) {
            throw new IOException("Input/output error");
        }
        real.syncDirectory(directory);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return real.list(directory);
    }

    @Override
    public boolean exists(Path path) {
        return real.exists(path);
    }

    @Override
    public long size(Path file) throws IOException {
        return real.size(file);
    }

    @Override
    public boolean isDirectory(Path path) {
        return real.isDirectory(path);
    }

    @Override
    public Instant lastModified(Path file) throws IOException {
        return real.lastModified(file);
    }

    @Override
    public void touch(Path file, Instant time) throws IOException {
        real.touch(file, time);
    }

    private final class BrokenFile implements OpenFile {

        private final OpenFile file;

        BrokenFile(OpenFile file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            file.write(bytes, position);
        }

        @Override
        public void read(ByteBuffer into, long position) throws IOException {
            throw new IOException("Input/output error");
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            file.sync();
        }

        @Override
        public FileChannel channel() throws IOException {
            return file.channel();
        }

        @Override
        public void movedTo(Path path) {
            file.movedTo(path);
        }

        @Override
        public void close() throws IOException {
            open.decrementAndGet();
            file.close();
        }
    }
}
