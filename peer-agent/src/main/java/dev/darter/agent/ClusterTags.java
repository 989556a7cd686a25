package dev.darter.agent;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.agent.peer.TagWire;
import dev.darter.protocol.Member;
import dev.darter.registry.KnownTag;
import dev.darter.registry.OutagePolicy;
import dev.darter.registry.TagMemory;

/**
 * What the hosts of the cluster remember of tags, asked from a few of them at a time while a registry is down, until one knows. Only where callers
 * are served without the registry's word ({@link OutagePolicy#SERVE_ALL}): elsewhere the name of the content would be of no use to them.
 */
final class ClusterTags implements TagMemory {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterTags.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final int ASKED_AT_ONCE = 16;
    /** No round begins later: a runtime waits for this, and the hosts of a large cluster that are down with the registry may be many. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    /** How another host is asked. */
    interface Question {

        Optional<KnownTag> ask(Member host, String registry, String repository, String tag, Duration timeout) throws IOException;
    }

    private final OutagePolicy policy;
    private final Supplier<List<Member>> others;
    private final Question question;
    private final LongSupplier nanoTime;

    /** @param others the hosts of the cluster but for this one */
    ClusterTags(OutagePolicy policy, Supplier<List<Member>> others) {
        this(policy, others, TagWire::ask, System::nanoTime);
    }

    ClusterTags(OutagePolicy policy, Supplier<List<Member>> others, Question question, LongSupplier nanoTime) {
        this.policy = policy;
        this.others = others;
        this.question = question;
        this.nanoTime = nanoTime;
    }

    @Override
    public Optional<KnownTag> lastKnown(String registry, String repository, String tag) {
        if (policy != OutagePolicy.SERVE_ALL) {
            return Optional.empty();
        }
        List<Member> hosts = new ArrayList<>(others.get());
        Collections.shuffle(hosts);
        long began = nanoTime.getAsLong();
        Optional<KnownTag> known = Optional.empty();
        for (int first = 0; first < hosts.size() && known.isEmpty() && mayAsk(began); first += ASKED_AT_ONCE) {
            known = askAll(hosts.subList(first, Math.min(first + ASKED_AT_ONCE, hosts.size())), registry, repository, tag);
        }
        return known;
    }

    private boolean mayAsk(long began) {
        return nanoTime.getAsLong() - began < LONGEST.toNanos() && !Thread.currentThread().isInterrupted();
    }

    private Optional<KnownTag> askAll(List<Member> hosts, String registry, String repository, String tag) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Optional<KnownTag>>> answers = hosts.stream()
                    .map(host -> threads.submit(() -> ask(host, registry, repository, tag)))
                    .toList();
            return answers.stream().flatMap(ClusterTags::of).max(Comparator.comparing(KnownTag::resolvedAt));
        }
    }

    private Optional<KnownTag> ask(Member host, String registry, String repository, String tag) {
        try {
            return question.ask(host, registry, repository, tag, PATIENCE);
        } catch (IOException e) {
            LOG.debug("{} does not know what {}:{} meant: {}", host.host(), repository, tag, e.getMessage());
            return Optional.empty();
        }
    }

    private static Stream<KnownTag> of(Future<Optional<KnownTag>> answer) {
        try {
            return answer.get().stream();
        } catch (ExecutionException e) {
            LOG.warn("A host could not be asked for a tag", e);
            return Stream.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Stream.empty();
        }
    }

    @Override
    public void learned(String registry, String repository, String tag, KnownTag known) {
        // Every host keeps what it has learnt itself.
    }
}
