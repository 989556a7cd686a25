package dev.darter.agent.peer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

import dev.darter.agent.peer.ChunkRequest.Lane;
import dev.darter.agent.peer.PeerContent.Servable;
import dev.darter.agent.peer.Uploads.Turn;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.HostId;
import dev.darter.service.BodyWriter;
import dev.darter.service.HttpExchange;
import dev.darter.service.TokenBucket;

/** Sends ranges of blobs to neighbours by {@code sendfile}, each when its turn on the uplink has come. */
public final class ChunkSender {

    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{1,18})-([0-9]{0,18})");
    /** A request without a name of its own, for instance from curl, waits in the queue like any other. */
    private static final HostId ANONYMOUS = new HostId("anonymous");
    /** How much goes at once between two looks at the rate limit. */
    private static final int SLICE = 1 << 20;
    /** A receiver that takes next to nothing for so long loses its place on the uplink. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Uploads uploads;
    private final UploadTurns turns;
    private final TokenBucket uploadRate;
    private final LongConsumer sentBytes;
    private final AtomicLong anonymousRequests = new AtomicLong();

    /** @param sentBytes counts what was handed to sockets */
    public ChunkSender(Uploads uploads, UploadTurns turns, TokenBucket uploadRate, LongConsumer sentBytes) {
        this.uploads = uploads;
        this.turns = turns;
        this.uploadRate = uploadRate;
        this.sentBytes = sentBytes;
    }

    private record Asker(HostId host, long request, Lane lane) {}

    record Range(long first, long length) {}

    void send(HttpExchange exchange, BlobKey blob, Servable servable) throws IOException, InterruptedException {
        ChunkLayout layout = servable.layout();
        Optional<Range> range = range(exchange.headers().get(HttpHeaderNames.RANGE), layout);
        if (range.isEmpty()) {
            PeerHandler.refuse(exchange, 416,
                    "A range within one chunk is needed: " + layout.chunkSize() + " of " + layout.blobSize() + " bytes each");
            return;
        }
        if (!servable.has(layout.chunkAt(range.get().first()))) {
            PeerHandler.refuse(exchange, 404, "This chunk is not here");
            return;
        }
        Asker asker;
        try {
            asker = asker(exchange.headers());
        } catch (IllegalArgumentException e) {
            PeerHandler.refuse(exchange, 400, "Darter-Host or Darter-Request is malformed");
            return;
        }
        queue(exchange, blob, servable, range.get(), asker);
    }

    private Asker asker(HttpHeaders headers) {
        String host = headers.get("Darter-Host");
        String number = headers.get("Darter-Request");
        if (host == null || number == null) {
            return new Asker(ANONYMOUS, anonymousRequests.decrementAndGet(), Lane.ORDINARY);
        }
        return new Asker(new HostId(host), Long.parseLong(number), Lane.of(headers.get("Darter-Priority")));
    }

    private void queue(HttpExchange exchange, BlobKey blob, Servable servable, Range range, Asker asker)
            throws IOException, InterruptedException {
        CompletableFuture<Turn> turn = uploads.expect(asker.host(), asker.request());
        exchange.onClose(() -> turn.complete(Turn.WITHDRAWN));
        turns.asked(asker.host(), address(exchange.remote()), asker.request(), blob, servable.layout().chunkAt(range.first()),
                Math.toIntExact(range.length()),
                asker.lane());
        boolean isWhole = false;
        try {
            switch (uploads.await(asker.host(), asker.request(), turn)) {
                case SEND -> {
                    stream(exchange, servable, range);
                    isWhole = true;
                }
                case WITHDRAWN -> PeerHandler.refuse(exchange, 410, "The request was withdrawn");
                case MISSING -> PeerHandler.refuse(exchange, 404, "The chunk is not here any more");
            }
        } finally {
            turns.served(asker.host(), asker.request(), isWhole);
        }
    }

    private void stream(HttpExchange exchange, Servable servable, Range range) throws IOException, InterruptedException {
        long last = range.first() + range.length() - 1;
        HttpHeaders headers = new DefaultHttpHeaders().set(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream")
                .set(HttpHeaderNames.CONTENT_RANGE, "bytes " + range.first() + "-" + last + "/" + servable.layout().blobSize());
        try (BodyWriter body = exchange.start(206, headers, range.length())) {
            for (long done = 0; done < range.length();) {
                long slice = Math.min(SLICE, range.length() - done);
                uploadRate.take(slice);
                body.sendFile(servable.file(), range.first() + done, slice, PATIENCE);
                sentBytes.accept(slice);
                done += slice;
            }
        }
    }

    private static String address(SocketAddress remote) {
        return remote instanceof InetSocketAddress it ? it.getAddress().getHostAddress() : remote.toString();
    }

    /** One range of bytes within one chunk, so that turns on the uplink are short; empty when it is none, or lies outside the blob. */
    static Optional<Range> range(@Nullable String header, ChunkLayout layout) {
        long size = layout.blobSize();
        Matcher matcher = RANGE.matcher(header == null ? "bytes=0-" : header);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long first = Long.parseLong(matcher.group(1));
        long last = matcher.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(matcher.group(2)));
        return first <= last && layout.chunkAt(first) == layout.chunkAt(last)
                ? Optional.of(new Range(first, last - first + 1))
                : Optional.empty();
    }
}
