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
 * What the hosts of the cluster remember of tags, asked from a few of them while a registry is down. Only where callers are served without the
 * registry's word ({@link OutagePolicy#SERVE_ALL}): elsewhere the name of the content would be of no use to them.
 */
final class ClusterTags implements TagMemory {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterTags.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final int MOST_ASKED = 16;

    private final OutagePolicy policy;
    private final Supplier<List<Member>> others;

    /** @param others the hosts of the cluster but for this one */
    ClusterTags(OutagePolicy policy, Supplier<List<Member>> others) {
        this.policy = policy;
        this.others = others;
    }

    @Override
    public Optional<KnownTag> lastKnown(String registry, String repository, String tag) {
        if (policy != OutagePolicy.SERVE_ALL) {
            return Optional.empty();
        }
        List<Member> some = new ArrayList<>(others.get());
        Collections.shuffle(some);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Optional<KnownTag>>> answers = some.stream()
                    .limit(MOST_ASKED)
                    .map(host -> threads.submit(() -> ask(host, registry, repository, tag)))
                    .toList();
            return answers.stream().flatMap(ClusterTags::of).max(Comparator.comparing(KnownTag::resolvedAt));
        }
    }

    private static Optional<KnownTag> ask(Member host, String registry, String repository, String tag) {
        try {
            return TagWire.ask(host, registry, repository, tag, PATIENCE);
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
