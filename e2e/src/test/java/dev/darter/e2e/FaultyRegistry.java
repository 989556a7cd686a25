package dev.darter.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A small registry that holds one image and answers with faults where a test wants them. */
final class FaultyRegistry implements AutoCloseable {
    private final TestImage image;
    private final HttpListener listener;
    private final Gate stalled = new Gate();
    private final List<Transfer> transfers = new CopyOnWriteArrayList<>();
    private final Map<String, Queue<Fault>> once = new ConcurrentHashMap<>();
    private final Map<String, Fault> always = new ConcurrentHashMap<>();

    FaultyRegistry(TestImage image) {
        this.image = image;
        this.listener = new HttpListener(Ports.free(), this::handle);
        stalled.shut();
    }

    String url() {
        return listener.url();
    }

    /** The path by which the image's tag, or an object of it, is asked for. */
    String tagPath() {
        return "/v2/" + image.repository() + "/manifests/" + image.tag();
    }

    String path(Blob blob) {
        return "/v2/" + image.repository() + (blob.isManifest() ? "/manifests/" : "/blobs/") + blob.digest();
    }

    /** The next requests for this path get these answers, one after the other; faults of bodies wait for a GET. Then all is well again. */
    void once(String path, Fault... faults) {
        once.put(path, new ArrayDeque<>(List.of(faults)));
    }

    /** All requests for this path get this answer, until {@link #heal}. */
    void always(String path, Fault fault) {
        always.put(path, fault);
    }

    void heal() {
        once.clear();
        always.clear();
    }

    List<Transfer> transfers() {
        return List.copyOf(transfers);
    }

    long bytesSent(Blob blob) {
        return transfers.stream().filter(transfer -> transfer.digest().equals(blob.digest())).mapToLong(Transfer::bodyBytes).sum();
    }

    @Override
    public void close() {
        stalled.open();
        listener.close();
    }

    private void handle(HttpRequest request, HttpReply reply) throws IOException {
        Transfer transfer = new Transfer(request);
        transfers.add(transfer);
        String path = request.pathWithoutQuery();
        Optional<Blob> blob = image.contents()
                .stream()
                .filter(each -> path(each).equals(path))
                .findFirst()
                .or(() -> path.equals(tagPath()) ? Optional.of(image.root()) : Optional.empty());
        if (blob.isPresent()) {
            answer(nextFault(request), request, reply, blob.get(), transfer);
        } else {
            boolean base = path.equals("/v2/");
            reply.send(base ? 200 : 404, Map.of("Content-Type", "application/json"),
                    base ? new byte[]{'{', '}'} : RegistryErrors.body("NOT_FOUND"));
        }
        transfer.end();
    }

    private synchronized Fault nextFault(HttpRequest request) {
        Queue<Fault> script = once.getOrDefault(request.pathWithoutQuery(), new ArrayDeque<>());
        Fault next = script.peek();
        if (next == null) {
            return always.getOrDefault(request.pathWithoutQuery(), new Fault.Honest());
        }
        if (request.isHead() && !(next instanceof Fault.Status)) {
            return new Fault.Honest();
        }
        script.remove();
        return next;
    }

    private void answer(Fault fault, HttpRequest request, HttpReply reply, Blob blob, Transfer transfer) throws IOException {
        byte[] content = Files.readAllBytes(blob.file());
        switch (fault) {
            case Fault.Honest _ -> send(request, reply, blob, content, transfer);
            case Fault.Status(int status, Map<String, String> headers) -> {
                Map<String, String> all = new LinkedHashMap<>(headers);
                all.put("Content-Type", "application/json");
                transfer.begin(status, "");
                reply.send(status, all, RegistryErrors.body("UNKNOWN"));
            }
            case Fault.RedirectLoop _ -> {
                transfer.begin(307, "");
                reply.send(307, Map.of("Location", url() + request.path()), new byte[0]);
            }
            case Fault.TooLong(int more) -> send(request, reply, blob, Arrays.copyOf(content, content.length + more), transfer);
            case Fault.WrongByte(int offset) -> {
                content[offset] ^= 1;
                send(request, reply, blob, content, transfer);
            }
            case Fault.CutAfter(int bytes) -> {
                sendPart(request, reply, blob, content, bytes, transfer);
                reply.cut();
            }
            case Fault.StallAfter(int bytes) -> {
                sendPart(request, reply, blob, content, bytes, transfer);
                if (!request.isHead()) {
                    stalled.pass();
                    reply.cut();
                }
            }
        }
    }

    private static void send(HttpRequest request, HttpReply reply, Blob blob, byte[] content, Transfer transfer) throws IOException {
        sendPart(request, reply, blob, content, content.length, transfer);
    }

    /** Promises all that is asked for and sends so many bytes of it. */
    private static void sendPart(HttpRequest request, HttpReply reply, Blob blob, byte[] content, int limit, Transfer transfer)
            throws IOException {
        Optional<ByteRange> asked = request.header("range").map(header -> ByteRange.parse(header, content.length));
        ByteRange range = asked.orElse(new ByteRange(0, content.length));
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", blob.mediaType());
        headers.put("Docker-Content-Digest", blob.digest());
        headers.put("Accept-Ranges", "bytes");
        headers.put("Content-Length", Integer.toString(range.length()));
        if (asked.isPresent()) {
            headers.put("Content-Range", "bytes " + range.first() + "-" + (range.end() - 1) + "/" + content.length);
        }
        int status = asked.isPresent() ? 206 : 200;
        transfer.begin(status, blob.digest());
        reply.begin(status, headers);
        if (!request.isHead()) {
            int length = Math.min(limit, range.length());
            reply.body().write(content, range.first(), length);
            transfer.sent(length);
        }
    }

    /** From the first byte to the one before the end. */
    private record ByteRange(int first, int end) {
        /** Reads {@code bytes=N-} and {@code bytes=N-M}. */
        static ByteRange parse(String header, int length) {
            String[] ends = header.substring("bytes=".length()).split("-", 2);
            return new ByteRange(Integer.parseInt(ends[0]), ends[1].isEmpty() ? length : Math.min(length, Integer.parseInt(ends[1]) + 1));
        }

        int length() {
            return end - first;
        }
    }
}
