package dev.darter.agent.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.agent.trust.KeyRing;
import dev.darter.agent.trust.SigningKey;
import dev.darter.agent.trust.Voucher;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.registry.BlobBytes;
import dev.darter.registry.BlobReader;
import dev.darter.registry.BlobRequest;
import dev.darter.registry.ByteRange;
import dev.darter.registry.WantedBytes;
import dev.darter.service.TokenBucket;
import dev.darter.store.ChunkStore;
import dev.darter.store.StoreOptions;

/** Parts of a blob for which the store has no room. */
@Timeout(60)
final class PassThroughPartsTest {

    private static final int LENGTH = 700_001;

    @TempDir
    Path data;

    private final byte[] bytes = new byte[LENGTH];
    private final FakeOrigin origin = new FakeOrigin(bytes, true);
    private BlobKey blob;
    private ChunkStore store;
    private SwarmBlobSource source;

    @BeforeEach
    void open() throws Exception {
        new Random(11).nextBytes(bytes);
        blob = new BlobKey("https://registry.example",
                Digest.of(Digest.Algorithm.SHA256, MessageDigest.getInstance("SHA-256").digest(bytes)));
        store = ChunkStore.open(StoreOptions.of(data, 1000), Clock.systemUTC());
        BlobContext context = new BlobContext(store, new KeyRing(), new Voucher(new HostId("self"), 0, SigningKey.generate()), _ -> {},
                TokenBucket.unlimited(), new FakeMeters(), 1);
        source = new SwarmBlobSource(context, new TrafficBook(), (_, task) -> task.run());
    }

    @AfterEach
    void close() {
        source.close();
        store.close();
    }

    private byte[] read(BlobReader reader, int from, int to) throws IOException, InterruptedException {
        byte[] read = new byte[to - from];
        for (int filled = 0; filled < read.length;) {
            BlobBytes.InMemory part = (BlobBytes.InMemory) reader.read(from + filled, read.length - filled);
            int length = part.bytes().remaining();
            part.bytes().get(read, filled, length);
            filled += length;
        }
        return read;
    }

    @Test
    void comeInAnyOrderAndCostTheOriginNoMore() throws Exception {
        WantedBytes wanted = new WantedBytes.Parts(List.of(new ByteRange(400_000, LENGTH - 1), new ByteRange(5, 9)));
        try (BlobReader reader = source.open(new BlobRequest(blob, OptionalLong.of(LENGTH), wanted, origin))) {
            assertThat(reader.size()).isEqualTo(LENGTH);
            assertThat(read(reader, 400_000, LENGTH)).isEqualTo(Arrays.copyOfRange(bytes, 400_000, LENGTH));
            assertThat(read(reader, 5, 10)).isEqualTo(Arrays.copyOfRange(bytes, 5, 10));
        }
        assertThat(origin.asked()).containsExactly(new FakeOrigin.Asked(400_000, LENGTH), new FakeOrigin.Asked(5, 10));
        assertThat(source.download(blob)).as("what is kept of it").isEmpty();
    }
}
