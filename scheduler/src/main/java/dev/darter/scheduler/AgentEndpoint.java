package dev.darter.scheduler;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import io.netty.handler.codec.http.DefaultHttpHeaders;

import dev.darter.service.HttpExchange;
import dev.darter.service.HttpHandler;

/** The scheduler's listener: {@code /v1/agents} is where agents open their links. */
final class AgentEndpoint implements HttpHandler {

    private final SchedulerServer scheduler;

    AgentEndpoint(SchedulerServer scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (exchange.path().equals("/v1/agents")) {
            exchange.upgradeToWebSocket(new AgentLink(scheduler));
        } else {
            exchange.respond(404, new DefaultHttpHeaders(), "Agents connect to /v1/agents\n".getBytes(StandardCharsets.UTF_8));
        }
    }
}
