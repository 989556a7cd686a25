package dev.darter.agent.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.darter.agent.blob.FakeOrigin.Asked;
import dev.darter.agent.blob.ScriptedOrigin.Answer;
import dev.darter.agent.blob.ScriptedOrigin.Script;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;
import dev.darter.registry.OriginAccess;
import dev.darter.registry.OriginBody;
import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;

@Timeout(60)
final class OriginConnectionsTest {

    private static final int PART = ParallelBody.PART;
    private static final int LENGTH = 15 * PART + 777;
    private static final int MOST = 3;
    private static final int ENOUGH = 100;
    private static final BlobKey BLOB = new BlobKey("https://registry.example", Digest.parse("sha256:" + "0".repeat(64)));
    private static final Script GOOD = _ -> new Answer.Good();

    private final byte[] bytes = new byte[LENGTH];
    private ScriptedOrigin origin = new ScriptedOrigin(bytes, GOOD);

    OriginConnectionsTest() {
        new Random(5).nextBytes(bytes);
    }

    private OriginAccess several(Script script, int room) {
        origin = new ScriptedOrigin(bytes, script);
        return new OriginConnections(MOST, room, origin.nanos::get).to(origin, BLOB, LENGTH);
    }

    /** Gives a part another answer than the others. */
    private static Script but(int part, Answer answer) {
        return offset -> offset == (long) part * PART ? answer : new Answer.Good();
    }

    private static ByteBuffer read(OriginBody body, int length) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(length);
        while (all.hasRemaining() && body.read(all) >= 0) {
            // On to the end.
        }
        return all.flip();
    }

    private void assertGivesAll(OriginAccess access) throws Exception {
        try (OriginBody body = access.open(0)) {
            assertThat(body.blobSize()).isEqualTo(LENGTH);
            assertThat(read(body, LENGTH + 1)).isEqualTo(ByteBuffer.wrap(bytes));
        }
    }

    private static void assertWithoutGapsOrOverlaps(List<Asked> asked, long from, long to) {
        long position = from;
        for (Asked one : asked) {
            assertThat(one.first()).as("%s", asked).isEqualTo(position);
            position = one.end();
        }
        assertThat(position).isEqualTo(to);
    }

    @Test
    void readOneBlobTogetherWhereOneIsSlowAndAskForEachByteOnce() throws Exception {
        OriginAccess access = several(GOOD, ENOUGH);
        try (OriginBody body = access.open(0)) {
            ByteBuffer first = read(body, PART);
            assertThat(origin.asked()).as("before one has shown how fast it is").containsExactly(new Asked(0, PART));
            assertThat(first).isEqualTo(ByteBuffer.wrap(bytes, 0, PART));
            origin.together = new CountDownLatch(MOST);
            origin.nanosPerByte = 100;
            assertThat(read(body, LENGTH)).isEqualTo(ByteBuffer.wrap(bytes, PART, LENGTH - PART));
        }
        assertWithoutGapsOrOverlaps(origin.asked(), 0, LENGTH);
        assertThat(origin.asked()).hasSize(16);
        assertThat(origin.mostOpen()).isEqualTo(MOST);
        assertThat(origin.given()).isEqualTo(LENGTH);
        Awaitility.await().until(() -> origin.openNow() == 0);
    }

    @Test
    void readAPartOfABlobToItsEndAndNoFurther() throws Exception {
        OriginAccess access = several(GOOD, ENOUGH);
        origin.nanosPerByte = 10_000;
        try (OriginBody body = access.open(PART / 2, 9L * PART)) {
            assertThat(read(body, LENGTH)).isEqualTo(ByteBuffer.wrap(bytes, PART / 2, 9 * PART));
        }
        assertWithoutGapsOrOverlaps(origin.asked(), PART / 2, PART / 2 + 9L * PART);
    }

    @Test
    void areTwoRequestsWhereOneConnectionIsFast() throws Exception {
        OriginAccess access = several(GOOD, ENOUGH);
        origin.nanosPerByte = 10;
        assertGivesAll(access);
        assertThat(origin.asked()).containsExactly(new Asked(0, PART), new Asked(PART, LENGTH));
        assertThat(origin.mostOpen()).isOne();
    }

    /** The clock counts each byte, whatever connection it comes over: the link is what is slow. */
    @Test
    void areOneAgainWhereSeveralAreNotFaster() throws Exception {
        OriginAccess access = several(GOOD, ENOUGH);
        assertGivesAll(access);
        assertWithoutGapsOrOverlaps(origin.asked(), 0, LENGTH);
        // Of those under way as the first three parts were here, and those that may wait, each is used.
        assertThat(origin.asked().size()).isBetween(5, 9);
        assertThat(origin.given()).isEqualTo(LENGTH);
    }

    @Test
    void takeNoMoreMemoryThanThereIs() throws Exception {
        for (int room : List.of(0, 2)) {
            OriginAccess access = several(GOOD, room);
            try (OriginBody body = access.open(0)) {
                read(body, PART);
                origin.nanosPerByte = 0;
                read(body, LENGTH);
            }
            assertWithoutGapsOrOverlaps(origin.asked(), 0, LENGTH);
            // A connection closes a moment after the last bytes of its part were given on, and their room with them.
            assertThat(origin.mostOpen()).isBetween(Math.max(1, room), Math.max(1, 2 * room));
        }
    }

    @Test
    void giveTheirMemoryBack() throws Exception {
        origin = new ScriptedOrigin(bytes, GOOD);
        OriginConnections connections = new OriginConnections(MOST, 2, origin.nanos::get);
        for (int length : List.of(LENGTH, 7 * PART)) {
            try (OriginBody body = connections.to(origin, BLOB, LENGTH).open(0)) {
                read(body, length);
            }
        }
        assertThat(Stream.generate(connections::takeRoom).limit(3)).containsExactly(true, true, false);
    }

    @Test
    void leaveSmallBlobsAndRegistriesWithoutRangesToOneRequest() throws Exception {
        assertGivesAll(several(but(0, new Answer.Whole()), ENOUGH));
        assertThat(origin.asked()).hasSize(1);
        assertThat(origin.given()).isEqualTo(LENGTH);

        OriginAccess small = new OriginConnections(MOST, ENOUGH, origin.nanos::get).to(origin, BLOB, 4 * PART - 1);
        small.open(0).close();
        small.open(PART).close();
        assertThat(origin.asked()).last().isEqualTo(new Asked(PART, LENGTH));
        assertThat(new OriginConnections(1, ENOUGH, origin.nanos::get).to(origin, BLOB, LENGTH)).isSameAs(origin);
    }

    static Stream<Answer> faults() {
        return Stream.of(new Answer.Cut(1_000_000, Kind.UNAVAILABLE), new Answer.Cut(0, Kind.UNAVAILABLE), new Answer.OtherTag(),
                new Answer.Whole(),
                new Answer.Refused(Kind.THROTTLED), new Answer.Refused(Kind.UNAVAILABLE), new Answer.Refused(Kind.UNAUTHORIZED));
    }

    /** The part that fails comes with the second request for it, the rest with one. */
    @ParameterizedTest
    @MethodSource("faults")
    void areOneAgainAfterAFaultAndForTheNextBlobs(Answer fault) throws Exception {
        CompletableFuture<Void> seen = new CompletableFuture<>();
        origin = new ScriptedOrigin(bytes, offset -> offset == 4L * PART && seen.complete(null) ? fault : new Answer.Good());
        OriginConnections connections = new OriginConnections(MOST, ENOUGH, origin.nanos::get);
        try (OriginBody body = connections.to(origin, BLOB, LENGTH).open(0)) {
            assertThat(read(body, PART)).isEqualTo(ByteBuffer.wrap(bytes, 0, PART));
            origin.nanosPerByte = 0;
            assertThat(read(body, LENGTH)).isEqualTo(ByteBuffer.wrap(bytes, PART, LENGTH - PART));
        }
        assertThat(origin.given()).as("each byte leaves the registry once").isEqualTo(LENGTH);
        assertThat(connections.to(origin, BLOB, LENGTH)).isSameAs(origin);
        origin.nanos.addAndGet(Duration.ofMinutes(11).toNanos());
        assertThat(connections.to(origin, BLOB, LENGTH)).isNotSameAs(origin);
    }

    /** One that minds several at once would refuse again, and what the others bring would be lost. */
    @Test
    void askARegistryThatHasRefusedOnlyWhenTheOthersAreThrough() throws Exception {
        long othersAreThrough = (long) MOST * PART;
        OriginAccess access = several(
                offset -> offset == PART && origin.given() < othersAreThrough ? new Answer.Refused(Kind.THROTTLED) : new Answer.Good(),
                ENOUGH);
        assertGivesAll(access);
        assertThat(origin.given()).as("each byte leaves the registry once").isEqualTo(LENGTH);
    }

    /** It says so to the request for the part that it has refused, when all others are here. */
    @Test
    void waitOutAShortPause() throws Exception {
        AtomicInteger refusals = new AtomicInteger();
        Answer pause = new Answer.Refused(Kind.THROTTLED, Optional.of(Duration.ofMillis(20)));
        OriginAccess access = several(offset -> offset == PART && refusals.getAndIncrement() < 2 ? pause : new Answer.Good(), ENOUGH);
        long before = System.nanoTime();
        assertGivesAll(access);
        assertThat(refusals.get()).isEqualTo(3);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(20));
        assertThat(origin.given()).as("each byte leaves the registry once").isEqualTo(LENGTH);
    }

    @Test
    void tellWhatTheRegistrySaysWhenItGoesOnRefusing() throws Exception {
        OriginAccess access = several(but(4, new Answer.Refused(Kind.THROTTLED)), ENOUGH);
        try (OriginBody body = access.open(0)) {
            assertThat(read(body, 4 * PART)).isEqualTo(ByteBuffer.wrap(bytes, 0, 4 * PART));
            assertThatThrownBy(() -> body.read(ByteBuffer.allocate(1))).isInstanceOfSatisfying(OriginException.class,
                    failure -> assertThat(failure.kind()).isEqualTo(Kind.THROTTLED));
        }
    }

    @Test
    void endAllAtOnceWhenTheReadingIsStopped() throws Exception {
        OriginAccess access = several(offset -> offset == 0 ? new Answer.Good() : new Answer.Silent(), ENOUGH);
        OriginBody body = access.open(0);
        read(body, PART);
        CompletableFuture<Object> next = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                next.complete(body.read(ByteBuffer.allocate(1)));
            } catch (IOException e) {
                next.complete(e);
            }
        });
        Awaitility.await().until(() -> origin.openNow() == MOST);
        body.close();
        assertThat(next.get(30, TimeUnit.SECONDS)).isInstanceOf(OriginException.class);
        Awaitility.await().until(() -> origin.openNow() == 0);
    }
}
