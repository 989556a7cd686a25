package dev.darter.registry.upstream;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/** An HTTP/1.1 server on loopback that does what a test says, right down to single bytes. */
final class FakeServer implements AutoCloseable {

    /** Answers one request. */
    interface Handler {
        void handle(Request request, Reply reply) throws IOException, InterruptedException;
    }

    record Request(String method, String target, List<Header> headers, String body) {

        List<String> all(String name) {
            return headers.stream().filter(header -> header.is(name)).map(Header::value).toList();
        }

        String header(String name) {
            return String.join("|", all(name));
        }

        String path() {
            return target.replaceFirst("\\?.*", "");
        }
    }

    private final ServerSocket listener;
    private final String scheme;
    private final Handler handler;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    private FakeServer(ServerSocket listener, String scheme, Handler handler) {
        this.listener = listener;
        this.scheme = scheme;
        this.handler = handler;
        Thread.ofVirtual().start(this::accept);
    }

    static FakeServer start(Handler handler) throws IOException {
        return new FakeServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), "http", handler);
    }

    static FakeServer startTls(SSLContext identity, Handler handler) throws IOException {
        ServerSocketFactory factory = identity.getServerSocketFactory();
        return new FakeServer(factory.createServerSocket(0, 50, InetAddress.getLoopbackAddress()), "https", handler);
    }

    URI uri() {
        return uri("");
    }

    URI uri(String path) {
        return URI.create(scheme + "://127.0.0.1:" + port() + path);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** All requests so far, in the order of their arrival. */
    List<Request> requests() {
        return requests;
    }

    /** How many connections were ever made. */
    int connections() {
        return connections.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                connections.incrementAndGet();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException over) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                Request request = read(in);
                requests.add(request);
                handler.handle(request, new Reply(socket, in));
            }
        } catch (IOException over) {
            // The client went away, or the test wants the connection cut.
        } catch (InterruptedException never) {
            throw new AssertionError(never);
        }
    }

    private static Request read(InputStream in) throws IOException {
        String[] first = line(in).split(" ", 3);
        List<Header> headers = new ArrayList<>();
        int length = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            Header header = new Header(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1).trim());
            headers.add(header);
            length = header.is("Content-Length") ? Integer.parseInt(header.value()) : length;
        }
        return new Request(first[0], first[1], headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new IOException("the client is gone");
            }
            line.write(octet);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** One answer in the making. */
    final class Reply {

        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        private Reply(Socket socket, InputStream in) throws IOException {
            this.socket = socket;
            this.in = in;
            this.out = socket.getOutputStream();
        }

        /** A whole answer with its length. */
        void send(int status, Map<String, String> headers, byte[] body) throws IOException {
            head(status, headers, body.length);
            bytes(body, 0, body.length);
        }

        void send(int status, Map<String, String> headers) throws IOException {
            send(status, headers, new byte[0]);
        }

        void head(int status, Map<String, String> headers, long length) throws IOException {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Whatever\r\n");
            headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
            text(head + "Content-Length: " + length + "\r\n\r\n");
        }

        void text(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        void bytes(byte[] bytes, int from, int to) throws IOException {
            out.write(bytes, from, to - from);
            out.flush();
        }

        /** Ends the connection in the middle of things. */
        void cut() throws IOException {
            socket.close();
            throw new IOException("cut, as the test wants it");
        }

        /** Says nothing for a while, or until the server is closed. */
        void pause(Duration duration) throws IOException, InterruptedException {
            if (closed.await(duration.toMillis(), TimeUnit.MILLISECONDS)) {
                cut();
            }
        }

        /** Says nothing more until the server is closed. */
        void stall() throws IOException, InterruptedException {
            if (!closed.await(1, TimeUnit.MINUTES)) {
                throw new AssertionError("nobody closed the server");
            }
            cut();
        }

        /** Becomes a tunnel to a local port, as an answer to {@code CONNECT}. */
        void tunnel(int port) throws IOException {
            try (Socket target = new Socket(InetAddress.getLoopbackAddress(), port)) {
                sockets.add(target);
                text("HTTP/1.1 200 Connected\r\n\r\n");
                Thread.ofVirtual().start(() -> copy(target, socket));
                in.transferTo(target.getOutputStream());
            }
            cut();
        }

        private static void copy(Socket from, Socket to) {
            try {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException over) {
                // One side closed.
            }
        }
    }
}
