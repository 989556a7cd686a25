package dev.darter.agent;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

import dev.darter.protocol.Digest;

/** A registry with blobs only, which counts what it gives and stops where a test wants it to. */
final class FakeRegistry implements AutoCloseable {

    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-([0-9]*)");
    private static final int PORTION = 64 << 10;

    /** How a blob is given. */
    private static final class Content {
        final byte[] bytes;
        final AtomicInteger gets = new AtomicInteger();
        final AtomicLong sent = new AtomicLong();
        final List<List<Integer>> ranges = new CopyOnWriteArrayList<>();
        volatile long gateOffset = Long.MAX_VALUE;
        volatile CountDownLatch gate = new CountDownLatch(0);

        Content(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    private final HttpServer server;
    private final Map<String, Content> blobs = new ConcurrentHashMap<>();

    FakeRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v2/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    Digest add(byte[] bytes) {
        Digest digest = Digests.of(bytes);
        blobs.put(digest.toString(), new Content(bytes));
        return digest;
    }

    /** Number of GETs of a blob, whole or ranges. */
    int gets(Digest digest) {
        return content(digest).gets.get();
    }

    /** Bytes of a blob that were handed to sockets. */
    long sent(Digest digest) {
        return content(digest).sent.get();
    }

    /** The ranges of a blob that were asked for, as first byte and end. */
    List<List<Integer>> ranges(Digest digest) {
        return List.copyOf(content(digest).ranges);
    }

    /** Sends nothing of the blob from this offset on, to who asked for what lies before as well, until {@link #open}. */
    void closeGateAt(Digest digest, long offset) {
        content(digest).gate = new CountDownLatch(1);
        content(digest).gateOffset = offset;
    }

    void open(Digest digest) {
        content(digest).gate.countDown();
    }

    private Content content(Digest digest) {
        Content content = blobs.get(digest.toString());
        if (content == null) {
            throw new IllegalArgumentException("No such blob");
        }
        return content;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            Content content = blobs.get(path.substring(path.lastIndexOf('/') + 1));
            if (path.equals("/v2/")) {
                exchange.sendResponseHeaders(200, -1);
            } else if (content == null) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                exchange.getResponseHeaders().set("Docker-Content-Digest", path.substring(path.lastIndexOf('/') + 1));
                give(exchange, content);
            }
        }
    }

    private static void give(HttpExchange exchange, Content content) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.bytes.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        content.gets.incrementAndGet();
        int first = 0;
        int end = content.bytes.length;
        @Nullable
        String range = exchange.getRequestHeaders().getFirst("Range");
        Matcher matcher = RANGE.matcher(range == null ? "" : range);
        if (matcher.matches()) {
            first = Integer.parseInt(matcher.group(1));
            end = matcher.group(2).isEmpty() ? end : Integer.parseInt(matcher.group(2)) + 1;
            content.ranges.add(List.of(first, end));
            exchange.getResponseHeaders().set("Content-Range", "bytes " + first + "-" + (end - 1) + "/" + content.bytes.length);
        }
        exchange.sendResponseHeaders(range == null ? 200 : 206, end - first);
        send(exchange.getResponseBody(), content, first, end);
    }

    private static void send(OutputStream out, Content content, int first, int end) throws IOException {
        for (int position = first; position < end;) {
            if (position >= content.gateOffset && first < content.gateOffset) {
                try {
                    out.flush();
                    content.gate.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("The registry stops", e);
                }
            }
            int length = (int) Math.min(Math.min(PORTION, end - position),
                    Math.max(1, content.gateOffset > position ? content.gateOffset - position : PORTION));
            out.write(content.bytes, position, length);
            content.sent.addAndGet(length);
            position += length;
        }
    }

    @Override
    public void close() {
        blobs.values().forEach(content -> content.gate.countDown());
        server.stop(0);
    }
}
