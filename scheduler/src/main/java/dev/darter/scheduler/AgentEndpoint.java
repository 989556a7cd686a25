package dev.darter.scheduler;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.netty.handler.codec.http.DefaultHttpHeaders;

import dev.darter.service.HttpExchange;
import dev.darter.service.HttpHandler;

/** The scheduler's listener: {@code /v1/agents} is where agents open their links. */
final class AgentEndpoint implements HttpHandler {

    private final SchedulerServer scheduler;
    private final Duration helloTimeout;

    /** @param helloTimeout for the first message of a link */
    AgentEndpoint(SchedulerServer scheduler, Duration helloTimeout) {
        this.scheduler = scheduler;
        this.helloTimeout = helloTimeout;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (exchange.path().equals("/v1/agents")) {
            AgentLink link = new AgentLink(scheduler);
            link.awaitHello(exchange.upgradeToWebSocket(link), helloTimeout);
        } else {
            exchange.respond(404, new DefaultHttpHeaders(), "Agents connect to /v1/agents\n".getBytes(StandardCharsets.UTF_8));
        }
    }
}
