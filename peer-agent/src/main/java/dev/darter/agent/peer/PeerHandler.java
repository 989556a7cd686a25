package dev.darter.agent.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import dev.darter.agent.peer.PeerContent.Servable;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Codec;
import dev.darter.protocol.Digest;
import dev.darter.registry.TagMemory;
import dev.darter.service.HttpExchange;
import dev.darter.service.HttpHandler;

/**
 * The listener for other agents: {@code /p2p/v1/control}, {@code /p2p/v1/blobs/<digest>}, {@code /p2p/v1/blobs/<digest>/chain} and
 * {@code /p2p/v1/tags}. Nothing here lists what the host holds.
 */
public final class PeerHandler implements HttpHandler {

    private static final String BLOBS = "/p2p/v1/blobs/";
    private static final String CHAIN = "/chain";

    private final Peers peers;
    private final PeerContent content;
    private final ChunkSender sender;
    private final Supplier<Optional<TagMemory>> tags;

    /** @param tags what this host remembers of tags; empty while it tells nobody */
    public PeerHandler(Peers peers, PeerContent content, ChunkSender sender, Supplier<Optional<TagMemory>> tags) {
        this.peers = peers;
        this.content = content;
        this.sender = sender;
        this.tags = tags;
    }

    @Override
    public void handle(HttpExchange exchange) throws Exception {
        String path = exchange.path();
        if (!exchange.method().equals("GET")) {
            refuse(exchange, 405, "Only GET is known here");
        } else if (path.equals("/p2p/v1/control")) {
            peers.accept(exchange);
        } else if (path.equals(TagWire.PATH) && tags.get().isPresent()) {
            TagWire.answer(exchange, tags.get().get());
        } else if (path.startsWith(BLOBS)) {
            blob(exchange, path.substring(BLOBS.length()));
        } else {
            refuse(exchange, 404, "Nothing is served here");
        }
    }

    private void blob(HttpExchange exchange, String rest) throws IOException, InterruptedException {
        boolean chain = rest.endsWith(CHAIN);
        BlobKey blob;
        try {
            Digest digest = Digest.parse(chain ? rest.substring(0, rest.length() - CHAIN.length()) : rest);
            blob = new BlobKey(exchange.query("registry").orElse(""), digest);
        } catch (IllegalArgumentException e) {
            refuse(exchange, 400, String.valueOf(e.getMessage()));
            return;
        }
        Optional<Servable> found = content.find(blob);
        if (found.isEmpty()) {
            refuse(exchange, 404, "The blob is not here");
            return;
        }
        try (Servable servable = found.get()) {
            if (chain) {
                HttpHeaders headers = new DefaultHttpHeaders().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
                exchange.respond(200, headers, Codec.PEER.encode(servable.everything()).getBytes(StandardCharsets.UTF_8));
            } else {
                sender.send(exchange, blob, servable);
            }
        }
    }

    static void refuse(HttpExchange exchange, int status, String why) throws IOException {
        HttpHeaders headers = new DefaultHttpHeaders().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        exchange.respond(status, headers, (why + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
