package dev.darter.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.Digest;

/**
 * Keeps the last known meaning of tags across restarts: a text file with a line for each change, the latest last, rewritten when most of its
 * lines are outdated.
 *
 * <p>It is a memory for hard times, not a database: a line that a crash has cut is skipped, a file that can't be written costs a warning. Registry,
 * repository, tag, digest, media type and time stand in a line, separated by tabs; no name may contain one.
 */
final class TagLog implements TagMemory {

    private static final Logger LOG = LoggerFactory.getLogger(TagLog.class);
    private static final int MOST_TAGS = 50_000;
    private static final int FEW_LINES = 1_000;

    private record Key(String registry, String repository, String tag) {}

    private final Path file;
    private final LinkedHashMap<Key, KnownTag> tags = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, KnownTag> eldest) {
            return size() > MOST_TAGS;
        }
    };
    private int lines;

    /** @param folder is made when needed */
    TagLog(Path folder) {
        file = folder.resolve("tags.log");
        try {
            Files.createDirectories(folder);
            if (Files.exists(file)) {
                String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
                text.lines().forEach(this::read);
                if (!text.isEmpty() && !text.endsWith("\n")) {
                    rewrite();
                }
            }
        } catch (IOException e) {
            LOG.warn("The last known tags can't be read from {}: {}", file, e.toString());
        }
    }

    @Override
    public synchronized Optional<KnownTag> lastKnown(String registry, String repository, String tag) {
        return Optional.ofNullable(tags.get(new Key(registry, repository, tag)));
    }

    @Override
    public synchronized void learned(String registry, String repository, String tag, KnownTag known) {
        Key key = new Key(registry, repository, tag);
        KnownTag before = tags.put(key, known);
        if (before != null && before.digest().equals(known.digest()) && before.contentType().equals(known.contentType())) {
            return; // only the time is newer, which is not worth a write each time
        }
        try {
            if (lines >= FEW_LINES && lines >= 2 * tags.size()) {
                rewrite();
            } else {
                Files.writeString(file, line(key, known), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                lines++;
            }
        } catch (IOException e) {
            LOG.warn("A tag can't be remembered in {}: {}", file, e.toString());
        }
    }

    private void rewrite() throws IOException {
        Path fresh = file.resolveSibling("tags.log.new");
        try (var writer = Files.newBufferedWriter(fresh)) {
            for (var entry : tags.entrySet()) {
                writer.write(line(entry.getKey(), entry.getValue()));
            }
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        lines = tags.size();
    }

    private static String line(Key key, KnownTag known) {
        return String.join("\t", key.registry(), key.repository(), key.tag(), known.digest().toString(),
                known.contentType().replaceAll("[\\p{Cntrl}]", " "), known.resolvedAt().toString()) + "\n";
    }

    private void read(String line) {
        lines++;
        String[] parts = line.split("\t", -1);
        try {
            if (parts.length == 6) {
                tags.put(new Key(parts[0], parts[1], parts[2]), new KnownTag(Digest.parse(parts[3]), parts[4], Instant.parse(parts[5])));
            }
        } catch (IllegalArgumentException | DateTimeException damaged) {
            LOG.warn("A damaged line in {} is skipped", file);
        }
    }
}
