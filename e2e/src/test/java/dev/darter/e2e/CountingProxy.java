package dev.darter.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Stands in front of a real registry and is the origin for the product under test. It keeps a record of each request
 * and of the bytes that really left, limits the rate, and can fall silent, break connections, stop, or lie.
 */
final class CountingProxy implements AutoCloseable {
    /** Changes bytes of content on their way. */
    @FunctionalInterface
    interface Tampering {
        void apply(String digest, long offset, byte[] bytes, int length);
    }

    /** Decides who gets an answer from the registry. */
    @FunctionalInterface
    interface Guard {
        /** Whether the request may pass; if not, the guard has answered it. */
        boolean admits(HttpRequest request, HttpReply reply) throws IOException;
    }

    /** Small enough that a slow rate is even, large enough that a fast one is cheap. */
    private static final int SLICE = 32 << 10;

    /** Headers that belong to one connection, or that the HTTP client sets itself. */
    private static final Set<String> OWN = Set.of("connection", "keep-alive", "host", "content-length", "transfer-encoding", "upgrade",
            "expect");

    private final String upstream;
    private final Supplier<RateLimit> rates;
    private final Gate gate = new Gate();
    private final List<Transfer> transfers = new CopyOnWriteArrayList<>();
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private volatile Tampering tampering = (_, _, _, _) -> {};
    private volatile Guard guard = (_, _) -> true;
    private final HttpListener listener;

    /** @param rate of all answers together */
    CountingProxy(String upstream, RateLimit rate) {
        this(upstream, () -> rate);
    }

    /** @param rates of each answer alone */
    CountingProxy(String upstream, Supplier<RateLimit> rates) {
        this.upstream = upstream;
        this.rates = rates;
        this.listener = new HttpListener(Ports.free(), this::handle);
    }

    String url() {
        return listener.url();
    }

    /** {@code 127.0.0.1:<port>}. */
    String address() {
        return "127.0.0.1:" + listener.port();
    }

    /** From now on no byte is sent, until {@link #resume}; connections stay open. */
    void stall() {
        gate.shut();
    }

    void resume() {
        gate.open();
    }

    void cutConnections() {
        listener.cutConnections();
    }

    void tamper(Tampering with) {
        tampering = with;
    }

    void guard(Guard with) {
        guard = with;
    }

    /** All requests so far, in the order of their coming. */
    List<Transfer> transfers() {
        return List.copyOf(transfers);
    }

    /** Requests that got (some of) this content, not counting HEAD. */
    List<Transfer> gets(String digest) {
        return select(transfer -> transfer.isContent() && transfer.digest().equals(digest));
    }

    List<Transfer> heads() {
        return select(transfer -> transfer.request().isHead());
    }

    /** Bytes of this content that have left. */
    long bytesSent(String digest) {
        return gets(digest).stream().mapToLong(Transfer::bodyBytes).sum();
    }

    /** Bytes of all content that have left. */
    long bytesSent() {
        return transfers.stream().filter(Transfer::isContent).mapToLong(Transfer::bodyBytes).sum();
    }

    /** Forgets what was counted; transfers under way are not counted any more. */
    void reset() {
        transfers.clear();
    }

    @Override
    public void close() {
        listener.close();
        gate.open();
    }

    private List<Transfer> select(Predicate<Transfer> wanted) {
        return transfers.stream().filter(wanted).toList();
    }

    private void handle(HttpRequest request, HttpReply reply) throws IOException {
        Transfer transfer = new Transfer(request);
        transfers.add(transfer);
        gate.pass();
        if (guard.admits(request, reply)) {
            forward(request, reply, transfer);
        }
        transfer.end();
    }

    private void forward(HttpRequest request, HttpReply reply, Transfer transfer) throws IOException {
        HttpResponse<InputStream> answer = ask(request);
        try (InputStream body = answer.body()) {
            transfer.begin(answer.statusCode(), answer.headers().firstValue("docker-content-digest").orElse(""));
            reply.begin(answer.statusCode(), headers(answer));
            if (!request.isHead()) {
                copy(body, reply, transfer, firstByte(answer));
            }
        }
    }

    private HttpResponse<InputStream> ask(HttpRequest request) throws IOException {
        java.net.http.HttpRequest.Builder builder = java.net.http.HttpRequest.newBuilder(URI.create(upstream + request.path()))
                .method(request.method(), BodyPublishers.noBody());
        request.headers().forEach((name, values) -> {
            if (!OWN.contains(name)) {
                values.forEach(value -> builder.header(name, value));
            }
        });
        try {
            return client.send(builder.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static Map<String, String> headers(HttpResponse<?> answer) {
        Map<String, String> headers = new LinkedHashMap<>();
        answer.headers().map().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!OWN.contains(lower) || lower.equals("content-length")) {
                headers.put(name, values.getFirst());
            }
        });
        return headers;
    }

    private void copy(InputStream body, HttpReply reply, Transfer transfer, long first) throws IOException {
        byte[] slice = new byte[SLICE];
        RateLimit rate = rates.get();
        long offset = first;
        for (int read = body.read(slice); read >= 0; read = body.read(slice)) {
            tampering.apply(transfer.digest(), offset, slice, read);
            gate.pass();
            rate.pass(read);
            reply.body().write(slice, 0, read);
            transfer.sent(read);
            offset += read;
        }
    }

    /** Where in the content the answer begins. */
    private static long firstByte(HttpResponse<?> answer) {
        return answer.headers()
                .firstValue("content-range")
                .map(range -> Long.parseLong(range.substring("bytes ".length(), range.indexOf('-'))))
                .orElse(0L);
    }
}
