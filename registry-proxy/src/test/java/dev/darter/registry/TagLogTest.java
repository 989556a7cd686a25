package dev.darter.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.protocol.Digest;

class TagLogTest {

    private static final String REGISTRY = "https://registry.example";
    private static final Instant THEN = Instant.parse("2030-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void remembersTheLatestAcrossRestarts() {
        TagLog log = new TagLog(folder);
        log.learned(REGISTRY, "lib/app", "1", known(1));
        log.learned(REGISTRY, "lib/app", "1", known(2));
        log.learned(REGISTRY, "lib/app", "2", known(3));
        TagLog again = new TagLog(folder);
        assertThat(again.lastKnown(REGISTRY, "lib/app", "1")).contains(known(2));
        assertThat(again.lastKnown(REGISTRY, "lib/app", "2")).contains(known(3));
        assertThat(again.lastKnown(REGISTRY, "lib/app", "3")).isEmpty();
        assertThat(again.lastKnown("https://other.example", "lib/app", "1")).isEmpty();
    }

    @Test
    void skipsTornAndForeignLines() throws Exception {
        new TagLog(folder).learned(REGISTRY, "lib/app", "1", known(1));
        Path file = folder.resolve("tags.log");
        String good = Files.readString(file);
        Files.writeString(file, "nonsense\na\tb\tc\tsha256:x\td\te\n" + good + good.substring(0, good.length() / 2));
        TagLog again = new TagLog(folder);
        assertThat(again.lastKnown(REGISTRY, "lib/app", "1")).contains(known(1));
        again.learned(REGISTRY, "lib/app", "2", known(2));
        TagLog third = new TagLog(folder);
        assertThat(third.lastKnown(REGISTRY, "lib/app", "1")).contains(known(1));
        assertThat(third.lastKnown(REGISTRY, "lib/app", "2")).contains(known(2));
    }

    @Test
    void staysSmallWhileTagsMove() throws Exception {
        TagLog log = new TagLog(folder);
        for (int i = 0; i < 5_000; i++) {
            log.learned(REGISTRY, "lib/app", "nightly", known(i));
        }
        assertThat(Files.readAllLines(folder.resolve("tags.log"))).hasSizeLessThan(1_100);
        assertThat(new TagLog(folder).lastKnown(REGISTRY, "lib/app", "nightly")).contains(known(4_999));
    }

    @Test
    void keepsItsLinesApartWhateverTheUpstreamCallsItsTypes() {
        TagLog log = new TagLog(folder);
        log.learned(REGISTRY, "lib/app", "1", new KnownTag(known(1).digest(), "a\tb\nc", THEN));
        assertThat(new TagLog(folder).lastKnown(REGISTRY, "lib/app", "1")).contains(new KnownTag(known(1).digest(), "a b c", THEN));
    }

    @Test
    void goesOnInMemoryWhereItCanNotWrite() throws Exception {
        Path blocked = folder.resolve("file");
        Files.writeString(blocked, "in the way", StandardOpenOption.CREATE_NEW);
        TagLog log = new TagLog(blocked);
        log.learned(REGISTRY, "lib/app", "1", known(1));
        assertThat(log.lastKnown(REGISTRY, "lib/app", "1")).contains(known(1));
    }

    @Test
    void prefersTheLaterOfTwoMemories() {
        FakeTagMemory local = new FakeTagMemory();
        FakeTagMemory cluster = new FakeTagMemory();
        LayeredTagMemory both = new LayeredTagMemory(local, cluster);
        local.learned(REGISTRY, "a", "1", known(1));
        assertThat(both.lastKnown(REGISTRY, "a", "1")).contains(known(1));
        KnownTag later = new KnownTag(known(2).digest(), "t", THEN.plusSeconds(1));
        cluster.learned(REGISTRY, "a", "1", later);
        assertThat(both.lastKnown(REGISTRY, "a", "1")).contains(later);
        assertThat(both.lastKnown(REGISTRY, "a", "2")).isEqualTo(Optional.empty());
    }

    private static KnownTag known(int number) {
        return new KnownTag(Digest.parse("sha256:" + "%064x".formatted(number)), "type", THEN);
    }
}
