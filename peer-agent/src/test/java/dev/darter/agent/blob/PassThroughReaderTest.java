package dev.darter.agent.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.Digest;
import dev.darter.registry.BlobBytes;
import dev.darter.registry.OriginAccess;
import dev.darter.registry.OriginBody;
import dev.darter.registry.OriginException;

final class PassThroughReaderTest {

    private static final int LENGTH = 700_001;

    private final byte[] bytes = new byte[LENGTH];
    private final AtomicLong received = new AtomicLong();

    PassThroughReaderTest() {
        new Random(7).nextBytes(bytes);
    }

    @Test
    void givesAllOfAGoodBlob() throws Exception {
        try (PassThroughReader reader = reader(bytes, bytes)) {
            assertThat(reader.size()).isEqualTo(LENGTH);
            assertThat(read(reader, 0)).isEqualTo(bytes);
            assertThat(received).hasValue(LENGTH);
        }
    }

    @Test
    void beginsInTheMiddle() throws Exception {
        try (PassThroughReader reader = reader(bytes, bytes)) {
            assertThat(read(reader, 300_000)).isEqualTo(Arrays.copyOfRange(bytes, 300_000, LENGTH));
        }
    }

    @Test
    void goesBack() throws Exception {
        try (PassThroughReader reader = reader(bytes, bytes)) {
            assertThat(read(reader, 600_000)).isEqualTo(Arrays.copyOfRange(bytes, 600_000, LENGTH));
            assertThat(read(reader, 10)).isEqualTo(Arrays.copyOfRange(bytes, 10, LENGTH));
        }
    }

    @Test
    void holdsTheEndOfAWrongBlobBack() throws Exception {
        byte[] wrong = bytes.clone();
        wrong[5] ^= 1;
        try (PassThroughReader reader = reader(bytes, wrong)) {
            ByteArrayOutputStream given = new ByteArrayOutputStream();
            assertThatThrownBy(() -> read(reader, 0, given)).isInstanceOfSatisfying(OriginException.class,
                    failure -> assertThat(failure.kind()).isEqualTo(OriginException.Kind.WRONG_CONTENT));
            assertThat(given.size()).isLessThan(LENGTH);
        }
    }

    @Test
    void failsWhereTheBodyIsCut() throws Exception {
        try (PassThroughReader reader = new PassThroughReader(digest(bytes), access(bytes, LENGTH + 1), count -> {})) {
            assertThatThrownBy(() -> read(reader, 0, new ByteArrayOutputStream())).isInstanceOf(OriginException.class);
        }
    }

    private PassThroughReader reader(byte[] wanted, byte[] sent) throws Exception {
        return new PassThroughReader(digest(wanted), access(sent, sent.length), received::addAndGet);
    }

    private static byte[] read(PassThroughReader reader, long from) throws Exception {
        ByteArrayOutputStream given = new ByteArrayOutputStream();
        read(reader, from, given);
        return given.toByteArray();
    }

    private static void read(PassThroughReader reader, long from, ByteArrayOutputStream given) throws Exception {
        for (long offset = from; offset < reader.size();) {
            BlobBytes portion = reader.read(offset, 100_000);
            if (portion instanceof BlobBytes.InMemory(ByteBuffer buffer)) {
                byte[] copy = new byte[buffer.remaining()];
                buffer.get(copy);
                given.writeBytes(copy);
                offset += copy.length;
            }
        }
    }

    private static Digest digest(byte[] content) throws Exception {
        return Digest.of(Digest.Algorithm.SHA256, MessageDigest.getInstance("SHA-256").digest(content));
    }

    private static OriginAccess access(byte[] content, long claimedSize) {
        return new OriginAccess() {
            @Override
            public OriginBody open(long offset) {
                return new Body(ByteBuffer.wrap(content).position(Math.toIntExact(offset)), claimedSize);
            }

            @Override
            public OriginBody open(long offset, long length) throws IOException {
                throw new IOException("Only whole bodies are asked for");
            }
        };
    }

    private record Body(ByteBuffer content, long blobSize) implements OriginBody {

        @Override
        public int read(ByteBuffer into) {
            if (!content.hasRemaining()) {
                return -1;
            }
            int length = Math.min(Math.min(into.remaining(), content.remaining()), 10_000);
            into.put(content.slice(content.position(), length));
            content.position(content.position() + length);
            return length;
        }

        @Override
        public void close() {}
    }
}
