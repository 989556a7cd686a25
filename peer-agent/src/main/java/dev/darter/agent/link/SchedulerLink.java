package dev.darter.agent.link;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.Codec;
import dev.darter.protocol.ProtocolException;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.service.WebSocketClient;
import dev.darter.service.WebSocketLink;
import dev.darter.service.WebSocketListener;

/**
 * Keeps a link with the first scheduler that answers, and looks for one again when it is lost. Thread-safe; nothing blocks the
 * caller.
 */
public final class SchedulerLink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SchedulerLink.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    /** Hears what happens on the link. Called on virtual threads, in order. */
    public interface Listener {

        /** A link is open. */
        void up();

        /** There is no link: the last one has ended, or no scheduler can be reached. */
        void down();

        /** The scheduler said something. */
        void message(SchedulerMessage message);
    }

    private final List<URI> schedulers;
    private final Listener listener;
    private final Pauses pauses;
    private final ScheduledExecutorService retries = Executors
            .newSingleThreadScheduledExecutor(Thread.ofVirtual().name("scheduler-link").factory());
    private volatile @Nullable WebSocketLink socket;
    /** The link on which this host has said hello. What was meant for an earlier one may still come to be sent after it. */
    private volatile @Nullable WebSocketLink greeted;
    private volatile Optional<URI> current = Optional.empty();
    private volatile boolean closed;
    /** The log has been told that there is no scheduler. */
    private volatile boolean isMissed;

    /** @param schedulers base URLs, {@code http://host:port}, in order of preference */
    public SchedulerLink(List<URI> schedulers, Listener listener, RandomGenerator random) {
        this.schedulers = List.copyOf(schedulers);
        this.listener = listener;
        this.pauses = new Pauses(random);
    }

    /** Begins to look for a scheduler. */
    public void start() {
        if (!schedulers.isEmpty()) {
            retries.execute(this::connect);
        }
    }

    /** Sends; dropped when there is no link, or when no hello has been sent on it yet. */
    public void send(AgentMessage message) {
        WebSocketLink open = socket;
        if (open == null) {
            return;
        }
        if (message instanceof AgentMessage.Hello) {
            greeted = open;
        }
        if (open.equals(greeted)) {
            open.send(Codec.AGENT.encode(message));
        }
    }

    /** The scheduler that there is a link with. */
    public Optional<URI> current() {
        return current;
    }

    @Override
    public void close() {
        closed = true;
        retries.shutdownNow();
        WebSocketLink open = socket;
        if (open != null) {
            open.close();
        }
    }

    private void connect() {
        String reason = "";
        for (URI scheduler : schedulers) {
            if (closed) {
                return;
            }
            try {
                URI address = scheduler.resolve("/v1/agents");
                WebSocketLink opened = WebSocketClient.connect(address, new Incoming(), CONNECT_TIMEOUT);
                socket = opened;
                current = Optional.of(scheduler);
                pauses.reset();
                isMissed = false;
                LOG.info("Linked with the scheduler at {}", scheduler);
                listener.up();
                if (!opened.isOpen()) {
                    ended(opened);
                }
                return;
            } catch (IOException e) {
                LOG.debug("No link with the scheduler at {}: {}", scheduler, e.getMessage());
                reason = scheduler + ": " + e.getMessage();
            }
        }
        if (!isMissed) {
            isMissed = true;
            LOG.warn("No scheduler can be reached ({}); going on without, and trying again", reason);
        }
        listener.down();
        retry();
    }

    private void retry() {
        if (!closed) {
            var _ = retries.schedule(this::connect, pauses.nextMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Told once or twice for each link. */
    private synchronized void ended(WebSocketLink link) {
        if (link.equals(socket) && !closed) {
            socket = null;
            current = Optional.empty();
            isMissed = true;
            LOG.warn("The link with the scheduler is lost; going on without");
            listener.down();
            retry();
        }
    }

    private final class Incoming implements WebSocketListener {

        @Override
        public void onText(WebSocketLink link, String text) {
            try {
                listener.message(Codec.SCHEDULER.decode(text));
            } catch (ProtocolException e) {
                LOG.warn("The scheduler sends what this version does not understand: {}", e.getMessage());
                link.close();
            }
        }

        @Override
        public void onClosed(WebSocketLink link) {
            ended(link);
        }
    }
}
