package dev.darter.agent.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;
import dev.darter.store.ChunkStore;
import dev.darter.store.StoreException;
import dev.darter.store.StoreOptions;

class StorelessLogTest {
    private static final Digest BLOB = Digest.parse("sha256:" + "0".repeat(64));

    @Test
    void namesTheQuotaThatIsTooSmall(@TempDir Path folder) throws IOException {
        try (ChunkStore store = ChunkStore.open(StoreOptions.of(folder, 1 << 20), Clock.systemUTC())) {
            StoreException full = catchThrowableOfType(StoreException.class,
                    () -> store.begin(new BlobKey("https://registry.test", BLOB), 30_000_000));

            assertThat(StorelessLog.message(BLOB, full, 1 << 20))
                    .startsWith(BLOB + " passes through without being stored: The store has no room")
                    .contains("the quota is 1.00 MiB (--quota)")
                    .doesNotContain("Exception");
        }
    }

    @Test
    void warnsOnceAMinute() {
        AtomicLong clock = new AtomicLong(-5);
        StorelessLog log = new StorelessLog(clock::get);

        assertThat(log.isDue()).isTrue();
        assertThat(log.isDue()).isFalse();
        clock.addAndGet(Duration.ofSeconds(59).toNanos());
        assertThat(log.isDue()).isFalse();
        clock.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(log.isDue()).isTrue();
    }
}
