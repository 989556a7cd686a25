package dev.darter.service;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;

import io.netty.handler.codec.http.HttpHeaders;

/** One request and the way to answer it. Belongs to the thread that handles it, but for {@link #isOpen()}. */
public interface HttpExchange {

    /** The request's method, as sent: {@code GET}. */
    String method();

    /** The request target as sent: {@code /v2/?ns=docker.io}, or in absolute form, or {@code host:port} for CONNECT. */
    String target();

    /** The path of the target, still percent-encoded, without the query; of an absolute-form target what follows the authority. */
    String path();

    /** The first value of a query parameter, decoded. */
    Optional<String> query(String name);

    /** All values of a query parameter, decoded. */
    List<String> queryAll(String name);

    /** The request's headers; several lines of one name stay several. */
    HttpHeaders headers();

    /** Where the client connected from. */
    SocketAddress remote();

    /**
     * Reads the whole body; blocks.
     *
     * @throws BodyTooLargeException when there is more; answer 413
     * @throws IOException when the client went away
     */
    byte[] body(int maxBytes) throws IOException;

    /** Answers at once. To HEAD the length is told and the body left out. */
    default void respond(int status, HttpHeaders headers, byte[] body) throws IOException {
        try (BodyWriter writer = start(status, headers, body.length)) {
            writer.write(java.nio.ByteBuffer.wrap(body));
        }
    }

    /**
     * Sends status and headers and opens the body.
     *
     * @param headers copied; {@code Content-Length}, {@code Transfer-Encoding} and {@code Connection} are set here
     * @param contentLength in bytes; -1 when unknown, the body then is chunked and ends with {@link BodyWriter#finish()}
     */
    BodyWriter start(int status, HttpHeaders headers, long contentLength) throws IOException;

    /** Whether anything was sent already, so that no other answer is possible. */
    boolean isAnswered();

    /** Whether the client is still there, as far as one can know. Any thread. */
    boolean isOpen();

    /** Runs something, on a virtual thread, when the client leaves before its answer was complete; at once if it has left. */
    void onClose(Runnable action);

    /**
     * Turns the connection into a WebSocket. A request that asks for no WebSocket is answered here, with 400 or 426.
     *
     * @throws IOException when it was no WebSocket request, or the client went away
     */
    WebSocketLink upgradeToWebSocket(WebSocketListener listener) throws IOException;

    /**
     * Answers CONNECT: connects, says 200, and then only moves bytes both ways until one side ends.
     *
     * @throws IOException when the target can't be reached; nothing was answered then
     */
    void tunnelTo(HostPort target) throws IOException;
}
