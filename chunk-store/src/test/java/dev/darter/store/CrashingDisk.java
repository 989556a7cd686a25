package dev.darter.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that can crash between any two operations. What was not synced may be lost, each write and each change of a name on its own and
 * out of order, and writes may be torn: more than real file systems do, as much as they reserve the right to. It can be full, too.
 */
final class CrashingDisk implements Disk {

    /** The process ends here. An Error, so that nothing but the test catches it. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** A file or a folder. */
    sealed interface Node permits Folder, MemoryFile.Content {}

    /** Names, as they are and as they would be after a crash. */
    static final class Folder implements Node {
        Map<String, Node> names = new TreeMap<>();
        Map<String, Node> durable = new TreeMap<>();
    }

    /** One name of one folder gets another meaning; null for none. */
    private record Change(Folder folder, String name, @Nullable Node node) {
        void applyTo(Map<String, Node> names) {
            if (node == null) {
                names.remove(name);
            } else {
                names.put(name, node);
            }
        }
    }

    private final RandomGenerator random;
    private final Folder root = new Folder();
    private final List<MemoryFile.Content> files = new ArrayList<>();
    /** Not yet durable, oldest first; each is applied whole or not at all. */
    private final List<List<Change>> pending = new ArrayList<>();
    private int operationsLeft = Integer.MAX_VALUE;
    private boolean crashed;
    private double fullProbability;

    CrashingDisk(RandomGenerator random) {
        this.random = random;
    }

    void crashAfter(int operations) {
        operationsLeft = operations;
    }

    void fullWithProbability(double probability) {
        fullProbability = probability;
    }

    /** Turns the power off and on again. */
    void restart() {
        for (List<Change> changes : pending) {
            if (random.nextBoolean()) {
                changes.forEach(change -> change.applyTo(change.folder.durable));
            }
        }
        pending.clear();
        restore(root);
        files.forEach(file -> file.restart(random));
        operationsLeft = Integer.MAX_VALUE;
        fullProbability = 0;
        crashed = false;
    }

    private static void restore(Folder folder) {
        folder.names = new TreeMap<>(folder.durable);
        for (Node node : folder.names.values()) {
            if (node instanceof Folder inner) {
                restore(inner);
            }
        }
    }

    /** Every operation that changes something comes through here. */
    void step() {
        crashed |= operationsLeft-- <= 0;
        if (crashed) {
            throw new Crash();
        }
    }

    /** Whether a write that wants more room finds none. */
    boolean isFull() {
        return random.nextDouble() < fullProbability;
    }

    @Override
    public void createDirectories(Path directory) {
        Folder folder = root;
        for (Path name : directory) {
            if (!folder.names.containsKey(name.toString())) {
                step();
                Change change = new Change(folder, name.toString(), new Folder());
                change.applyTo(folder.names);
                change.applyTo(folder.durable);
            }
            folder = (Folder) Objects.requireNonNull(folder.names.get(name.toString()));
        }
    }

    @Override
    public OpenFile openForWrite(Path file) throws IOException {
        step();
        if (node(file) == null) {
            if (isFull()) {
                throw new IOException("No space left on device");
            }
            MemoryFile.Content content = new MemoryFile.Content();
            files.add(content);
            change(new Change(parent(file), name(file), content));
        }
        return openForRead(file);
    }

    @Override
    public OpenFile openForRead(Path file) throws IOException {
        if (crashed) {
            throw new Crash();
        }
        return new MemoryFile(this, content(file));
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        step();
        Node node = node(from);
        if (node == null) {
            throw new FileNotFoundException(from.toString());
        }
        change(new Change(parent(from), name(from), null), new Change(parent(to), name(to), node));
    }

    @Override
    public void delete(Path path) throws IOException {
        step();
        if (node(path) instanceof Folder folder && !folder.names.isEmpty()) {
            throw new IOException(path + " isn't empty");
        }
        if (node(path) != null) {
            change(new Change(parent(path), name(path), null));
        }
    }

    private void change(Change... changes) {
        for (Change change : changes) {
            change.applyTo(change.folder.names);
        }
        pending.add(List.of(changes));
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        step();
        Folder folder = folder(directory);
        for (List<Change> changes : pending) {
            if (changes.stream().anyMatch(change -> change.folder == folder)) {
                changes.forEach(change -> change.applyTo(change.folder.durable));
            }
        }
        pending.removeIf(changes -> changes.stream().anyMatch(change -> change.folder == folder));
    }

    @Override
    public List<Path> list(Path directory) {
        return node(directory) instanceof Folder folder ? folder.names.keySet().stream().map(directory::resolve).toList() : List.of();
    }

    @Override
    public boolean exists(Path path) {
        return node(path) != null;
    }

    @Override
    public long size(Path file) throws IOException {
        return content(file).size();
    }

    @Override
    public boolean isDirectory(Path path) {
        return node(path) instanceof Folder;
    }

    @Override
    public void link(Path name, Path existing) throws IOException {
        step();
        change(new Change(parent(name), name(name), content(existing)));
    }

    @Override
    public int names(Path file) throws IOException {
        return count(root, content(file));
    }

    private static int count(Folder folder, MemoryFile.Content content) {
        return folder.names.values()
                .stream()
                .mapToInt(node -> node instanceof Folder inner ? count(inner, content) : node == content ? 1 : 0)
                .sum();
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
        return content(one) == content(other);
    }

    @Override
    public Instant lastModified(Path file) throws IOException {
        return content(file).lastModified;
    }

    @Override
    public void touch(Path file, Instant time) throws IOException {
        content(file).lastModified = time;
    }

    private MemoryFile.Content content(Path file) throws IOException {
        if (node(file) instanceof MemoryFile.Content content) {
            return content;
        }
        throw new FileNotFoundException(file.toString());
    }

    private Folder folder(Path path) throws IOException {
        if (node(path) instanceof Folder folder) {
            return folder;
        }
        throw new FileNotFoundException(path.toString());
    }

    private Folder parent(Path path) throws IOException {
        Path parent = path.getParent();
        return parent == null ? root : folder(parent);
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private @Nullable Node node(Path path) {
        Node node = root;
        for (Path name : path) {
            node = node instanceof Folder folder ? folder.names.get(name.toString()) : null;
        }
        return node;
    }
}
