package dev.darter.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;
import dev.darter.service.BitRate;
import dev.darter.service.ByteCount;
import dev.darter.service.TokenBucket;
import dev.darter.store.ChunkStore;
import dev.darter.store.PartialBlob;
import dev.darter.store.StoreOptions;

@Timeout(60)
final class ScrubberTest {

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @TempDir
    Path data;

    @Test
    void throwsAwayWhatHasRotted() throws Exception {
        try (ChunkStore store = ChunkStore.open(StoreOptions.of(data, 1 << 30), Clock.systemUTC())) {
            Digest sound = stored(store, new byte[300_000]);
            Digest rotten = stored(store, new byte[400_000]);
            rot(rotten);
            try (Scrubber scrubber = Scrubber.start(store, Duration.ofMillis(10), TokenBucket.unlimited())) {
                Awaitility.await().atMost(DEADLINE).until(() -> store.usage().blobs() == 1);
                assertThat(scrubber).isNotNull();
                assertThat(store.sources(sound)).isNotEmpty();
                assertThat(store.sources(rotten)).isEmpty();
            }
        }
    }

    @Test
    void endsWithinABlobAndKeepsIt() throws Exception {
        try (ChunkStore store = ChunkStore.open(StoreOptions.of(data, 1 << 30), Clock.systemUTC())) {
            Digest blob = stored(store, new byte[600_000]);
            TokenBucket slow = TokenBucket.limited(BitRate.parse("1kbit"), ByteCount.parse("1"), System::nanoTime);
            Scrubber scrubber = Scrubber.start(store, Duration.ZERO, slow);
            Awaitility.await().atMost(DEADLINE).until(() -> slow.reserve(0).isPositive());
            scrubber.close();
            assertThat(store.sources(blob)).isNotEmpty();
        }
    }

    private static Digest stored(ChunkStore store, byte[] bytes) throws Exception {
        Digest digest = Digests.of(bytes);
        try (PartialBlob partial = store.begin(new BlobKey("https://registry.example", digest), bytes.length)) {
            partial.appender(0).append(ByteBuffer.wrap(bytes));
            partial.prove();
        }
        Awaitility.await().atMost(DEADLINE).until(() -> !store.sources(digest).isEmpty());
        return digest;
    }

    private void rot(Digest digest) throws Exception {
        Path file = data.resolve("blobs/sha256").resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
        assertThat(file.toFile().setWritable(true)).isTrue();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[]{1}), 1_000);
        }
    }
}
