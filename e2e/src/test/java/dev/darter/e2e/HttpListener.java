package dev.darter.e2e;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A small HTTP/1.1 server on 127.0.0.1 for requests without bodies. Not the JDK's, because tests want to break its
 * rules (lengths that lie, resets in the middle) and to know how many bytes really left: send buffers are small.
 */
final class HttpListener implements AutoCloseable {
    /** Answers one request. */
    @FunctionalInterface
    interface Handler {
        void handle(HttpRequest request, HttpReply reply) throws IOException;
    }

    private static final int SEND_BUFFER = 64 << 10;

    private final ServerSocket listening;
    private final Handler handler;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    HttpListener(int port, Handler handler) {
        this.handler = handler;
        try {
            listening = new ServerSocket();
            listening.setReuseAddress(true);
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 512);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("http-" + port()).start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    /** Breaks all connections; new ones are accepted. */
    void cutConnections() {
        connections.forEach(HttpListener::reset);
    }

    /** Refuses new connections and breaks the open ones, as a program does that is killed. */
    @Override
    public void close() {
        closed = true;
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cutConnections();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket socket = listening.accept();
                connections.add(socket);
                if (closed) {
                    reset(socket);
                }
                Thread.ofVirtual().name("connection").start(() -> serve(socket));
            } catch (IOException e) {
                if (!closed) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setSendBufferSize(SEND_BUFFER);
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Optional<HttpRequest> request = HttpRequest.read(in);
            while (request.isPresent()) {
                handler.handle(request.get(), new HttpReply(socket, request.get().isHead()));
                if (request.get().header("connection").filter("close"::equalsIgnoreCase).isPresent()) {
                    return;
                }
                request = HttpRequest.read(in);
            }
        } catch (IOException _) {
            // A client that goes away, or a connection that a test has cut.
        } finally {
            connections.remove(socket);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException _) {
            // It was closed already.
        }
    }
}
