package dev.darter.agent.cli.pull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import dev.darter.agent.cli.CommandException;
import dev.darter.protocol.Digest;
import dev.darter.registry.upstream.UpstreamAnswer;

/** Fetches one blob and hashes it; what breaks off is resumed where it broke. For one thread. */
final class BlobFetch {
    private static final int ATTEMPTS = 3;
    private static final int BUFFER = 1 << 20;

    private final Content blob;
    private final Sink sink;
    private final MessageDigest hash;
    private long received;

    /** What becomes of the bytes. */
    interface Sink {

        /** Takes the next ones; so many have come by now. */
        void take(ByteBuffer bytes, long received);
    }

    BlobFetch(Content blob, Sink sink) {
        this.blob = blob;
        this.sink = sink;
        this.hash = hash(blob.digest());
    }

    void run(Mirror mirror) throws CommandException, InterruptedException {
        for (int attempt = 1; received < blob.size(); attempt++) {
            try (UpstreamAnswer answer = mirror.blob(blob, received)) {
                read(answer);
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw CommandException.failed("blob " + blob.digest() + " broke off " + ATTEMPTS + " times: " + e.getMessage(), e);
                }
            }
        }
        check(blob.digest(), hash);
    }

    private void read(UpstreamAnswer answer) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        while (answer.read(buffer) >= 0) {
            received += buffer.flip().remaining();
            hash.update(buffer);
            sink.take(buffer.flip(), received);
            buffer.clear();
        }
        if (received < blob.size()) {
            throw new IOException("it ended after " + received + " of " + blob.size() + " bytes");
        }
    }

    static void check(Digest digest, MessageDigest hash) throws CommandException {
        Digest actual = Digest.of(digest.algorithm(), hash.digest());
        if (!actual.equals(digest)) {
            throw CommandException.failed("what came as " + digest + " is " + actual + "; pull again, and report it if that does not help",
                    null);
        }
    }

    static MessageDigest hash(Digest digest) {
        try {
            return MessageDigest.getInstance(digest.algorithm().javaName());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + digest.algorithm().javaName(), e);
        }
    }
}
