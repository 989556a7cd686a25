package dev.darter.scheduler;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;
import dev.darter.service.CoreLoop;
import dev.darter.service.HostPort;
import dev.darter.service.HttpServer;
import dev.darter.service.HttpServerOptions;
import dev.darter.service.Telemetry;

/**
 * A scheduler that agents can reach: keeps their links and has one thread run the {@link SchedulerCore}. Its state is soft; a new one learns
 * everything from the agents that come back to it.
 */
public final class SchedulerServer {

    private static final Logger LOG = LoggerFactory.getLogger(SchedulerServer.class);

    private static final Duration HELLO_TIMEOUT = Duration.ofSeconds(10);

    private final SchedulerCore core;
    private final CoreLoop loop;
    private final Map<HostId, AgentLink> links = new ConcurrentHashMap<>();
    private final HttpServer server;
    private final HostPort listen;
    private final AtomicLong accusations = new AtomicLong();
    private volatile int shunned;

    private SchedulerServer(HostPort listen, RandomGenerator random, Duration helloTimeout) throws IOException {
        this.core = new SchedulerCore(listen.toString(), random, System.nanoTime());
        this.loop = new CoreLoop("darter-scheduler", new CoreLoop.Core() {
            @Override
            public long nextTick() {
                return core.nextTick();
            }

            @Override
            public void tick(long nowNanos) {
                tell(core.onTick(nowNanos));
            }
        });
        this.server = HttpServer.start("scheduler", listen, new AgentEndpoint(this, helloTimeout), HttpServerOptions.defaults());
        this.listen = listen.withPort(server.port());
        loop.start();
    }

    /** Binds and serves. */
    public static SchedulerServer start(HostPort listen, RandomGenerator random) throws IOException {
        return start(listen, random, HELLO_TIMEOUT);
    }

    static SchedulerServer start(HostPort listen, RandomGenerator random, Duration helloTimeout) throws IOException {
        return new SchedulerServer(listen, random, helloTimeout);
    }

    /** Shows its metrics among those of its process. */
    public void observe(Telemetry telemetry) {
        telemetry.gauge("darter.scheduler.agents", "Agents that are linked with this scheduler", this, SchedulerServer::agents);
        telemetry.gauge("darter.scheduler.shunned", "Agents that are shunned because they were accused of lying", this,
                SchedulerServer::shunned);
        telemetry.counter("darter.scheduler.accusations", "Accusations of lying that agents have made", this,
                SchedulerServer::accusations);
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

    /** What keeps this scheduler from deciding anything, if anything does. */
    public Optional<String> problem() {
        return loop.problem();
    }

    /** Ends all links; agents go on without a scheduler, or with the next. */
    public void close(Duration drain) {
        loop.close();
        server.close(drain);
    }

    /** An agent has said hello on a link; an older link of its is dead by then. */
    void opened(AgentLink link, AgentMessage.Hello hello) {
        HostId host = hello.self().host();
        AgentLink old = links.put(host, link);
        if (old != null) {
            loop.post(now -> tell(core.onLinkLost(host, now)));
            old.close();
        }
        LOG.info("{} at {} has come, {} agents now", host, hello.self().address(), links.size());
        said(host, hello);
    }

    /** An agent said something; blocks until it was considered, so that an agent is read no faster than that. */
    void said(HostId host, AgentMessage message) {
        if (message instanceof AgentMessage.Accuse(BlobKey blob, HostId accused, long _)) {
            accusations.incrementAndGet();
            LOG.warn("{} accuses {} of lying about {}", host, accused, blob.digest());
        }
        loop.postAndAwait(now -> tell(core.onMessage(host, message, now)));
    }

    /** The link of an agent has ended. */
    void lost(AgentLink link, HostId host) {
        if (links.remove(host, link)) {
            LOG.info("{} has gone, {} agents now", host, links.size());
            loop.post(now -> tell(core.onLinkLost(host, now)));
        }
    }

    private void tell(List<Outgoing> messages) {
        for (Outgoing outgoing : messages) {
            AgentLink link = links.get(outgoing.to());
            if (link != null) {
                link.send(outgoing.message());
            }
        }
        shunned = core.shunnedCount();
    }
}
