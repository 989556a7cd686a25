package dev.darter.agent.cli.pull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import dev.darter.agent.cli.CommandException;
import dev.darter.containerd.Containerd;
import dev.darter.containerd.ContentInfo;
import dev.darter.containerd.Lease;
import dev.darter.protocol.Digest;
import dev.darter.registry.upstream.UpstreamAnswer;

/**
 * Writes a pulled image into containerd's content store, under a lease that keeps it until somebody pulls the image there: content which any namespace
 * has costs another one a HEAD. A file that is merely put into containerd's folder would be collected.
 */
final class ContainerdFeed {

    /** A namespace of Darter's own. */
    static final String NAMESPACE = "darter";
    private static final Duration KEPT = Duration.ofDays(1);

    private final Containerd containerd;
    private final Mirror mirror;
    private final ImageReference image;

    ContainerdFeed(Containerd containerd, Mirror mirror, ImageReference image) {
        this.containerd = containerd;
        this.mirror = mirror;
        this.image = image;
    }

    /** Blobs are read from the agent once more, which has them by now. */
    void write(PullResult result) throws IOException, CommandException, InterruptedException {
        String id = "darter-pull-" + result.digest() + "-" + Instant.now().toEpochMilli();
        Lease lease = containerd.lease(NAMESPACE, id, Instant.now().plus(KEPT));
        for (PullResult.Part part : result.parts()) {
            Digest digest = Digest.parse(part.digest());
            try (Containerd.Source source = ManifestDocument.ACCEPT.contains(part.mediaType())
                    ? new InMemory(mirror.manifest(digest).bytes)
                    : new FromMirror(new Content(digest, part.size(), part.mediaType()))) {
                containerd.ingest(lease, digest, part.size(), ContentInfo.sourceLabel(image.registry(), image.repository()), source);
            }
        }
    }

    private record InMemory(ByteBuffer bytes) implements Containerd.Source {
        private InMemory(byte[] bytes) {
            this(ByteBuffer.wrap(bytes));
        }

        @Override
        public void read(ByteBuffer into, long offset) {
            into.put(bytes.slice((int) offset, Math.min(into.remaining(), bytes.capacity() - (int) offset)));
        }
    }

    /** One request for all of it from where the writing begins. */
    private final class FromMirror implements Containerd.Source {
        private final Content blob;
        private Optional<UpstreamAnswer> answer = Optional.empty();

        private FromMirror(Content blob) {
            this.blob = blob;
        }

        @Override
        public void read(ByteBuffer into, long offset) throws IOException {
            if (answer.isEmpty()) {
                answer = Optional.of(open(offset));
            }
            while (into.hasRemaining() && answer.get().read(into) >= 0) {
                // Until the piece is full or the blob ends.
            }
        }

        private UpstreamAnswer open(long offset) throws IOException {
            try {
                return mirror.blob(blob, offset);
            } catch (CommandException e) {
                throw new IOException(e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }

        @Override
        public void close() {
            answer.ifPresent(UpstreamAnswer::close);
        }
    }
}
