package dev.darter.scheduler;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;
import dev.darter.service.HostPort;
import dev.darter.service.HttpServer;
import dev.darter.service.HttpServerOptions;
import dev.darter.service.ProcessClock;

/**
 * A scheduler that agents can reach: keeps their links and has one thread run the {@link SchedulerCore}. Its state is soft; a new one learns
 * everything from the agents that come back to it.
 */
public final class SchedulerServer {

    private static final Logger LOG = LoggerFactory.getLogger(SchedulerServer.class);

    private final ProcessClock clock = new ProcessClock(System::nanoTime);
    private final SchedulerCore core;
    private final BlockingQueue<LongFunction<List<Outgoing>>> events = new LinkedBlockingQueue<>();
    private final Map<HostId, AgentLink> links = new ConcurrentHashMap<>();
    private final Thread thread;
    private final HttpServer server;
    private final HostPort listen;
    private final AtomicLong accusations = new AtomicLong();
    private volatile int shunned;
    private volatile boolean closed;

    private SchedulerServer(HostPort listen, RandomGenerator random) throws IOException {
        this.core = new SchedulerCore(listen.toString(), random, clock.now());
        this.thread = Thread.ofPlatform().name("darter-scheduler").daemon().unstarted(this::run);
        this.server = HttpServer.start("scheduler", listen, new AgentEndpoint(this), HttpServerOptions.defaults());
        this.listen = listen.withPort(server.port());
        thread.start();
    }

    /** Binds and serves. */
    public static SchedulerServer start(HostPort listen, RandomGenerator random) throws IOException {
        return new SchedulerServer(listen, random);
    }

    /** Where agents connect to, with the port that was bound. */
    public HostPort listen() {
        return listen;
    }

    /** Number of agents that are linked. */
    public int agents() {
        return links.size();
    }

    /** Accusations of lying that agents have made so far, believed or not. */
    public long accusations() {
        return accusations.get();
    }

    /** Agents that are shunned because they were accused. */
    public int shunned() {
        return shunned;
    }

    /** Ends all links; agents go on without a scheduler, or with the next. */
    public void close(Duration drain) {
        closed = true;
        events.add(now -> List.of());
        server.close(drain);
    }

    /** An agent has said hello on a link; an older link of its is dead by then. */
    void opened(AgentLink link, AgentMessage.Hello hello) {
        HostId host = hello.self().host();
        AgentLink old = links.put(host, link);
        if (old != null) {
            events.add(now -> core.onLinkLost(host, now));
            old.close();
        }
        LOG.info("{} at {} has come, {} agents now", host, hello.self().address(), links.size());
        said(host, hello);
    }

    /** An agent said something. */
    void said(HostId host, AgentMessage message) {
        if (message instanceof AgentMessage.Accuse(BlobKey blob, HostId accused, long _)) {
            accusations.incrementAndGet();
            LOG.warn("{} accuses {} of lying about {}", host, accused, blob.digest());
        }
        events.add(now -> core.onMessage(host, message, now));
    }

    /** The link of an agent has ended. */
    void lost(AgentLink link, HostId host) {
        if (links.remove(host, link)) {
            LOG.info("{} has gone, {} agents now", host, links.size());
            events.add(now -> core.onLinkLost(host, now));
        }
    }

    private void run() {
        while (!closed) {
            try {
                long due = core.nextTick();
                long wait = clock.until(due);
                // A tick that is due comes before what waits: under load the queue may never be empty.
                LongFunction<List<Outgoing>> event = wait <= 0 ? null : events.poll(wait, TimeUnit.NANOSECONDS);
                if (event == null) {
                    clock.begins(due);
                }
                handle(event == null ? core::onTick : event);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void handle(LongFunction<List<Outgoing>> event) {
        try {
            for (Outgoing outgoing : event.apply(clock.now())) {
                AgentLink link = links.get(outgoing.to());
                if (link != null) {
                    link.send(outgoing.message());
                }
            }
            shunned = core.shunnedCount();
        } catch (RuntimeException e) {
            LOG.error("The scheduler's core failed", e);
        }
    }
}
