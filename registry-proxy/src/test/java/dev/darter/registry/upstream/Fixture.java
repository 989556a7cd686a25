package dev.darter.registry.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import dev.darter.registry.OriginBody;

/** What the tests of this package share. */
final class Fixture {

    /** Patient enough for a busy machine where nothing goes wrong. */
    static final UpstreamTimeouts PATIENT = new UpstreamTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20),
            Duration.ZERO);
    /** For a body that falls silent. */
    static final UpstreamTimeouts HASTY_WITH_BODIES = new UpstreamTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20),
            Duration.ofMillis(300), Duration.ZERO);
    /** For a registry that never answers. */
    static final UpstreamTimeouts HASTY_WITH_HEADERS = new UpstreamTimeouts(Duration.ofSeconds(20), Duration.ofMillis(300),
            Duration.ofSeconds(20), Duration.ZERO);

    static final String BLOB = "/v2/library/app/blobs/sha256:00";

    private Fixture() {}

    static Upstream upstream(FakeServer server) throws IOException {
        return upstream(server.uri(), PATIENT);
    }

    static Upstream upstream(URI base, UpstreamTimeouts timeouts) throws IOException {
        return new Upstream(config(base), timeouts, EnvironmentProxies.none(), new ManualClock());
    }

    static UpstreamConfig config(URI base) {
        return new UpstreamConfig(List.of("registry.test"), base, Optional.empty());
    }

    static UpstreamRequest blob() {
        return UpstreamRequest.get(BLOB, List.of(), Credentials.none());
    }

    static byte[] content(int length) {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        return content;
    }

    static byte[] readAll(OriginBody body) throws IOException {
        try (body) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            ByteBuffer part = ByteBuffer.allocate(10_000);
            while (body.read(part) >= 0) {
                all.write(part.array(), 0, part.position());
                part.clear();
            }
            return all.toByteArray();
        }
    }

    /** Time that moves when told. */
    static final class ManualClock implements InstantSource {

        private volatile Instant now = Instant.parse("2025-06-01T12:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        void advance(Duration duration) {
            now = now.plus(duration);
        }
    }
}
