package dev.darter.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import dev.darter.protocol.Digest;

/**
 * A file that is there only after an orderly stop. It names the blobs that still have to be hashed because of an earlier stop that was not; without
 * the file, all blobs have to be.
 */
final class CleanStop {

    private CleanStop() {}

    /** Reads the file and deletes it, durably; empty when it isn't there or can't be read. */
    static Optional<Set<Digest>> take(Disk disk, Folders folders) throws IOException {
        if (!disk.exists(folders.clean())) {
            return Optional.empty();
        }
        Optional<Set<Digest>> doubtful = read(disk, folders);
        disk.delete(folders.clean());
        disk.syncDirectory(folders.root());
        return doubtful;
    }

    private static Optional<Set<Digest>> read(Disk disk, Folders folders) throws IOException {
        try (OpenFile file = disk.openForRead(folders.clean())) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(bytes, 0);
            String text = StandardCharsets.US_ASCII.decode(bytes.flip()).toString();
            return text.endsWith("end\n")
                    ? Optional.of(text.lines().filter(line -> !line.equals("end")).map(Digest::parse).collect(Collectors.toSet()))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static void write(Disk disk, Folders folders, Collection<Digest> doubtful) throws IOException {
        String text = doubtful.stream().map(digest -> digest + "\n").collect(Collectors.joining()) + "end\n";
        try (OpenFile file = disk.openForWrite(folders.clean())) {
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
            file.sync();
        }
        disk.syncDirectory(folders.root());
    }
}
