package dev.darter.scheduler;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.Codec;
import dev.darter.protocol.HostId;
import dev.darter.protocol.ProtocolException;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.service.WebSocketLink;
import dev.darter.service.WebSocketListener;

/** The link of one agent, which begins with its hello. */
final class AgentLink implements WebSocketListener {

    private static final Logger LOG = LoggerFactory.getLogger(AgentLink.class);

    private final SchedulerServer scheduler;
    /** Open until the agent has said something, or the link is closed. */
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile @Nullable WebSocketLink socket;
    private Optional<HostId> host = Optional.empty();

    AgentLink(SchedulerServer scheduler) {
        this.scheduler = scheduler;
    }

    /** Closes a link over which nothing comes in time; blocks until something has come. */
    void awaitHello(WebSocketLink from, Duration patience) {
        try {
            if (!begun.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("The agent at {} does not say hello", from.remote());
                from.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            from.close();
        }
    }

    @Override
    public void onText(WebSocketLink from, String text) {
        begun.countDown();
        AgentMessage message;
        try {
            message = Codec.AGENT.decode(text);
        } catch (ProtocolException e) {
            LOG.warn("The agent at {} sends what this version does not understand: {}", from.remote(), e.getMessage());
            from.close();
            return;
        }
        if (host.isPresent()) {
            scheduler.said(host.get(), message);
        } else if (message instanceof AgentMessage.Hello hello) {
            socket = from;
            host = Optional.of(hello.self().host());
            scheduler.opened(this, hello);
        } else {
            LOG.warn("The agent at {} does not begin with a hello", from.remote());
            from.close();
        }
    }

    @Override
    public void onClosed(WebSocketLink from) {
        begun.countDown();
        host.ifPresent(name -> scheduler.lost(this, name));
    }

    void send(SchedulerMessage message) {
        WebSocketLink open = socket;
        if (open != null) {
            open.send(Codec.SCHEDULER.encode(message));
        }
    }

    void close() {
        WebSocketLink open = socket;
        if (open != null) {
            open.close();
        }
    }
}
