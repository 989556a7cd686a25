package dev.darter.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import tools.jackson.databind.json.JsonMapper;

import dev.darter.protocol.Digest;
import dev.darter.service.AdminServer;
import dev.darter.service.HttpExchange;

/** The agent's own pages on its admin listener: {@code /status} and {@code /transfers/<digest>}, both JSON. */
public final class StatusPage {
    private static final String TRANSFERS = "/transfers/";
    private static final JsonMapper JSON = JsonMapper.shared();

    private StatusPage() {}

    /** The pages, for {@link AdminServer#start}. */
    public static List<AdminServer.Route> routes(Supplier<AgentStatus> status, TransferLog transfers) {
        return List.of(new AdminServer.Route("/status", exchange -> answer(exchange, 200, JSON.writeValueAsBytes(status.get()))),
                new AdminServer.Route(TRANSFERS, exchange -> transfer(exchange, transfers)));
    }

    private static void transfer(HttpExchange exchange, TransferLog transfers) throws IOException {
        Digest digest;
        try {
            digest = Digest.parse(exchange.path().substring(TRANSFERS.length()));
        } catch (IllegalArgumentException malformed) {
            answer(exchange, 400, "{\"error\":\"this is not a digest\"}".getBytes(StandardCharsets.UTF_8));
            return;
        }
        answer(exchange, 200, JSON.writeValueAsBytes(transfers.bytesOf(digest)));
    }

    private static void answer(HttpExchange exchange, int status, byte[] json) throws IOException {
        exchange.respond(status, new DefaultHttpHeaders().set(HttpHeaderNames.CONTENT_TYPE, "application/json"), json);
    }
}
