package dev.darter.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;

final class AnnouncementsTest {

    private static final BlobKey BLOB = blob("aa");
    private static final List<HostId> ONE = List.of(new HostId("one"));
    private static final List<HostId> BOTH = List.of(new HostId("one"), new HostId("two"));

    private final Announcements announcements = new Announcements();

    private static BlobKey blob(String digits) {
        return new BlobKey("https://registry.test", Digest.parse("sha256:" + digits.repeat(32)));
    }

    @Test
    void makesOneOfThousandsForTheSameNeighbours() {
        Announcements.Batch batch = announcements.add(BLOB, ONE, ChunkSet.of(1)).orElseThrow();
        for (int i = 0; i < 10_000; i++) {
            assertThat(announcements.add(BLOB, ONE, ChunkSet.ofRange(0, 3))).isEmpty();
        }
        assertThat(announcements.add(BLOB, BOTH, ChunkSet.of(7))).isEmpty();
        assertThat(announcements.take(BLOB, batch)).isEqualTo(Map.of(ONE, ChunkSet.ofRange(0, 3), BOTH, ChunkSet.of(7)));
    }

    @Test
    void beginsAnewForEachBlobAndAfterABatchWasTaken() {
        Announcements.Batch batch = announcements.add(BLOB, ONE, ChunkSet.of(1)).orElseThrow();
        assertThat(announcements.add(blob("bb"), ONE, ChunkSet.of(2))).isPresent();
        announcements.take(BLOB, batch);
        assertThat(announcements.add(BLOB, ONE, ChunkSet.of(2))).isPresent();
    }

    /** What is named again after it was taken back must not be said before that. */
    @Test
    void keepsApartWhatIsSaidBeforeAndAfterSomethingElse() {
        Announcements.Batch before = announcements.add(BLOB, ONE, ChunkSet.of(1)).orElseThrow();
        announcements.seal(BLOB);
        Announcements.Batch after = announcements.add(BLOB, ONE, ChunkSet.of(2)).orElseThrow();
        assertThat(announcements.take(BLOB, before)).isEqualTo(Map.of(ONE, ChunkSet.of(1)));
        assertThat(announcements.add(BLOB, ONE, ChunkSet.of(3))).isEmpty();
        assertThat(announcements.take(BLOB, after)).isEqualTo(Map.of(ONE, ChunkSet.of(2, 3)));
    }
}
