package dev.darter.agent.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.agent.blob.FakeOrigin.Asked;
import dev.darter.agent.blob.ScriptedOrigin.Answer;
import dev.darter.agent.swarm.Event;
import dev.darter.agent.trust.KeyRing;
import dev.darter.agent.trust.SigningKey;
import dev.darter.agent.trust.Voucher;
import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.registry.BlobReader;
import dev.darter.registry.BlobRequest;
import dev.darter.registry.OriginAccess;
import dev.darter.registry.OriginException.Kind;
import dev.darter.registry.WantedBytes;
import dev.darter.service.TokenBucket;
import dev.darter.store.ChunkStore;
import dev.darter.store.StoreOptions;

/** A blob on its way from the origin to this host's store. */
final class OriginReaderTest {

    private static final int CHUNK = 256 << 10;
    private static final int LENGTH = 10 * ParallelBody.PART + 777;

    @TempDir
    Path data;

    private final byte[] bytes = new byte[LENGTH];
    private final CompletableFuture<Event.OriginEnded> ended = new CompletableFuture<>();
    private BlobKey blob;
    private ChunkStore store;
    private SwarmBlobSource source;

    @BeforeEach
    void open() throws Exception {
        new Random(12).nextBytes(bytes);
        blob = new BlobKey("https://registry.example",
                Digest.of(Digest.Algorithm.SHA256, MessageDigest.getInstance("SHA-256").digest(bytes)));
        store = ChunkStore.open(StoreOptions.of(data, 1 << 30), Clock.systemUTC());
        source = sourceWith(OriginConnections.of(1));
    }

    private SwarmBlobSource sourceWith(OriginConnections connections) {
        Voucher own = new Voucher(new HostId("self"), 0, SigningKey.generate());
        BlobContext context = new BlobContext(store, new KeyRing(), own, this::engine, TokenBucket.unlimited(), new FakeMeters(),
                connections,
                new StorelessLog(System::nanoTime));
        return new SwarmBlobSource(context, new TrafficBook(), (_, task) -> task.run());
    }

    private void engine(Event event) {
        if (event instanceof Event.OriginEnded end) {
            ended.complete(end);
        }
    }

    private BlobReader reader(OriginAccess origin) {
        return source.open(new BlobRequest(blob, OptionalLong.of(LENGTH), WantedBytes.all(), origin));
    }

    @AfterEach
    void close() {
        source.close();
        store.close();
    }

    @Test
    void goesOnWithTheNextCallersCredentialsWhereThoseOfTheFirstHaveRunOut() throws Exception {
        ScriptedOrigin first = new ScriptedOrigin(bytes, _ -> new Answer.Cut(5 * CHUNK + 99, Kind.UNAUTHORIZED));
        ScriptedOrigin second = new ScriptedOrigin(bytes, _ -> new Answer.Good());
        try (BlobReader _ = reader(first); BlobReader _ = reader(second)) {
            source.readOrigin(blob, 0, 0, -1);
            assertThat(ended.get(30, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.DONE);
            assertThat(second.asked()).as("the chunks that are here are not read again").containsExactly(new Asked(5 * CHUNK, LENGTH));
        }
    }

    @Test
    void readsOverSeveralConnectionsWhatTheChainProves() throws Exception {
        ScriptedOrigin slow = new ScriptedOrigin(bytes, _ -> new Answer.Good());
        source = sourceWith(new OriginConnections(3, 100, slow.nanos::get));
        try (BlobReader _ = reader(slow)) {
            source.readOrigin(blob, 0, 0, -1);
            assertThat(ended.get(30, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.DONE);
            assertThat(source.holds(blob)).isTrue();
            assertThat(slow.given()).isEqualTo(LENGTH);
            assertThat(slow.asked()).startsWith(new Asked(0, ParallelBody.PART), new Asked(ParallelBody.PART, 2L * ParallelBody.PART));
        }
    }
}
