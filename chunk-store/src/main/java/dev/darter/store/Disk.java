package dev.darter.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The file operations that the store is built from. Nothing is durable before a sync: a file's content by {@link OpenFile#sync}, its name (made,
 * moved or deleted) by {@link #syncDirectory}. A test has one that forgets everything else at any point.
 */
interface Disk {

    /** Creates the folder and those above it, durably. */
    void createDirectories(Path directory) throws IOException;

    /** Opens for reading and writing; creates the file if it is missing. */
    OpenFile openForWrite(Path file) throws IOException;

    /** Opens for reading; fails if it is missing. */
    OpenFile openForRead(Path file) throws IOException;

    /** Renames a file or folder at once, over an existing file. */
    void move(Path from, Path to) throws IOException;

    /** Deletes a file or an empty folder; nothing happens if it is missing. */
    void delete(Path path) throws IOException;

    /** Makes the names in the folder durable. */
    void syncDirectory(Path directory) throws IOException;

    /** What lies in the folder, sorted; empty if there is no such folder. */
    List<Path> list(Path directory) throws IOException;

    boolean exists(Path path);

    /** Length of a file in bytes. */
    long size(Path file) throws IOException;

    boolean isDirectory(Path path);

    /** Gives a file a second name, on the same file system. */
    void link(Path name, Path existing) throws IOException;

    /** How many names a file has. */
    int names(Path file) throws IOException;

    /** Whether both are names of one file. */
    boolean isSameFile(Path one, Path other) throws IOException;

    /** When the file was last written or touched. */
    Instant lastModified(Path file) throws IOException;

    /** Sets the time of {@link #lastModified}; need not be durable. */
    void touch(Path file, Instant time) throws IOException;
}
