package dev.darter.registry.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;

/**
 * The head of an answer, and its body on the way. One thread reads; any may close. Must be closed; closing early ends the connection, reading
 * to the end leaves it for the next request.
 */
public final class UpstreamAnswer implements AutoCloseable {

    private static final int WORTH_DRAINING = 64 * 1024;
    private static final Duration DRAINING = Duration.ofSeconds(1);

    private final HttpResponse<StreamingBody> response;

    UpstreamAnswer(HttpResponse<StreamingBody> response) {
        this.response = response;
    }

    /** The status code, as the registry or, after redirects, the last host gave it. */
    public int status() {
        return response.statusCode();
    }

    /** All headers. */
    public HttpHeaders headers() {
        return response.headers();
    }

    /** The first header of this name. */
    public Optional<String> header(String name) {
        return response.headers().firstValue(name);
    }

    /** {@code Content-Length}; of an answer to {@code HEAD} as well, which has no body. Empty where it is missing or nonsense. */
    public OptionalLong contentLength() {
        try {
            return response.headers().firstValueAsLong("Content-Length");
        } catch (NumberFormatException nonsense) {
            return OptionalLong.empty();
        }
    }

    /**
     * Reads at least one byte, or returns -1 at the end; blocks.
     *
     * @throws OriginException of kind UNAVAILABLE when the connection breaks or stalls
     */
    public int read(ByteBuffer into) throws IOException {
        return response.body().read(into);
    }

    /** Waits no longer than this for the next byte. */
    int read(ByteBuffer into, Duration patience) throws IOException {
        return response.body().read(into, patience);
    }

    /**
     * Reads the rest of the body and closes the answer.
     *
     * @throws OriginException of kind UNAVAILABLE when the body is longer than {@code maxBytes}, breaks or stalls
     */
    public byte[] readAll(int maxBytes) throws IOException {
        try (this) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            ByteBuffer part = ByteBuffer.allocate(Math.clamp(maxBytes + 1L, 1, 16 * 1024));
            while (read(part) >= 0) {
                all.write(part.array(), 0, part.position());
                part.clear();
                if (all.size() > maxBytes) {
                    throw new OriginException(Kind.UNAVAILABLE, "the answer is longer than " + maxBytes + " bytes", Optional.empty());
                }
            }
            return all.toByteArray();
        }
    }

    /** Throws a short body away, so that its connection can be used again; a long or slow one is cut. */
    void discard() {
        try (this) {
            ByteBuffer waste = ByteBuffer.allocate(WORTH_DRAINING);
            while (waste.hasRemaining() && read(waste, DRAINING) >= 0) {
                // Only the end matters.
            }
        } catch (IOException broken) {
            // The connection is gone, which is no loss: nobody wants the rest.
        }
    }

    /** The address that answered, after redirects. May carry a signature in its query: not for logs. */
    URI uri() {
        return response.uri();
    }

    @Override
    public void close() {
        response.body().close();
    }
}
