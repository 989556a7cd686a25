package dev.darter.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A file of the file system. Reads and writes go through a RandomAccessFile, because a FileChannel is closed for everybody when one thread
 * that uses it is interrupted, and virtual threads are interrupted often; the channel for sending is another one, and is opened again.
 * A test makes it fail.
 */
class RealFile implements OpenFile {

    private static final int SLICE_BYTES = 256 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final RandomAccessFile file;
    private Path path;
    private FileChannel channel;

    RealFile(Path path, String mode) throws IOException {
        this.path = path;
        this.file = new RandomAccessFile(path.toFile(), mode);
        try {
            this.channel = FileChannel.open(path, StandardOpenOption.READ);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public void write(ByteBuffer bytes, long position) throws IOException {
        lock.lock();
        try {
            file.seek(position);
            if (bytes.hasArray()) {
                file.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
                bytes.position(bytes.limit());
                return;
            }
            byte[] slice = new byte[Math.min(SLICE_BYTES, bytes.remaining())];
            while (bytes.hasRemaining()) {
                int length = Math.min(slice.length, bytes.remaining());
                bytes.get(slice, 0, length);
                file.write(slice, 0, length);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void read(ByteBuffer into, long position) throws IOException {
        lock.lock();
        try {
            file.seek(position);
            byte[] slice = new byte[Math.min(SLICE_BYTES, into.remaining())];
            while (into.hasRemaining()) {
                int length = file.read(slice, 0, Math.min(slice.length, into.remaining()));
                if (length < 0) {
                    return;
                }
                into.put(slice, 0, length);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long size() throws IOException {
        return file.length();
    }

    @Override
    public void truncate(long size) throws IOException {
        file.setLength(size);
    }

    @Override
    public void sync() throws IOException {
        file.getFD().sync();
    }

    @Override
    public FileChannel channel() throws IOException {
        lock.lock();
        try {
            if (!channel.isOpen()) {
                channel = FileChannel.open(path, StandardOpenOption.READ);
            }
            return channel;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void movedTo(Path newPath) {
        lock.lock();
        try {
            path = newPath;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        try (file) {
            channel.close();
        }
    }
}
