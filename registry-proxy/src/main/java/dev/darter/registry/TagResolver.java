package dev.darter.registry;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.darter.protocol.Digest;
import dev.darter.registry.upstream.Header;
import dev.darter.registry.upstream.UpstreamAnswer;
import dev.darter.registry.upstream.UpstreamRequest;

/**
 * Finds out what tags mean. Tags are the only thing in a registry that changes, so the upstream is asked, and its answer is good for a short
 * time, for this caller only: it says that he may read the manifest as well. When the upstream is down, the last known meaning serves.
 */
final class TagResolver {

    /**
     * A tag's meaning.
     *
     * @param facts from the upstream's answer; empty for an outdated one
     */
    record Resolved(Digest digest, Facts facts, Freshness freshness) {}

    /** Whether the upstream stands behind it. */
    enum Freshness {
        CURRENT,
        /** From before an outage: to be marked with {@code Warning: 110}. */
        LAST_KNOWN
    }

    private record Key(CallerId caller, String registry, String repository, String tag, List<String> accept) {}

    private record Remembered(Resolved resolved, Instant until) {}

    private final PatientClient client;
    private final Proofs proofs;
    private final FactBook facts;
    private final OutageMemory outages;
    private final TagMemory memory;
    private final RegistryProxyConfig config;
    private final InstantSource clock;
    private final Coalescer<Key, Verdict> questions = new Coalescer<>();
    private final Cache<Key, Remembered> remembered = Caffeine.newBuilder().maximumSize(50_000).executor(Runnable::run).build();

    /** Clients ask for tags that may not be there, such as those of signatures; that one isn't is an answer worth keeping for an outage. */
    private final Cache<Key, Verdict.Refused> missing = Caffeine.newBuilder().maximumSize(50_000).executor(Runnable::run).build();

    TagResolver(PatientClient client, Proofs proofs, FactBook facts, OutageMemory outages, TagMemory memory, RegistryProxyConfig config,
            InstantSource clock) {
        this.client = client;
        this.proofs = proofs;
        this.facts = facts;
        this.outages = outages;
        this.memory = memory;
        this.config = config;
        this.clock = clock;
    }

    Resolved resolve(Pull pull, String repository, String tag) throws RefusedException, InterruptedException {
        List<Header> accept = pull.accept();
        Key key = new Key(pull.caller().id(), pull.registry(), repository, tag, Accept.normalized(accept));
        Remembered known = remembered.getIfPresent(key);
        if (known != null && clock.instant().isBefore(known.until())) {
            return known.resolved();
        }
        CompletableFuture<Verdict> question = questions.ask(key, () -> outages.orElse(pull.registry(), () -> {
            Verdict answer = ask(pull, "/v2/" + repository + "/manifests/" + tag, accept);
            switch (answer) {
                case Verdict.Admitted(Facts told) -> remember(key, pull, told);
                case Verdict.Refused refused when refused.status() == 404 -> missing.put(key, refused);
                case Verdict.Refused _,Verdict.Outage _ -> {
                    // Nothing that will be true later.
                }
            }
            return answer;
        }));
        Verdict verdict = Verdicts.await(question, config.checkTimeout());
        if (verdict instanceof Verdict.Outage && !question.isDone()) {
            Optional<Resolved> meanwhile = lastKnown(pull, repository, tag);
            if (meanwhile.isPresent()) {
                return meanwhile.get();
            }
            verdict = Verdicts.await(question, Verdicts.LONGEST);
        }
        return switch (verdict) {
            case Verdict.Admitted(Facts told) -> new Resolved(told.digest().orElseThrow(), told, Freshness.CURRENT);
            case Verdict.Refused refused -> throw Verdicts.refusal(pull, ErrorCode.MANIFEST_UNKNOWN, refused);
            case Verdict.Outage outage -> lastKnown(pull, repository, tag).orElseThrow(() -> unknown(pull, key, outage));
        };
    }

    private RefusedException unknown(Pull pull, Key key, Verdict.Outage outage) {
        return Optional.ofNullable(missing.getIfPresent(key))
                .filter(_ -> config.onUpstreamOutage() != OutagePolicy.REFUSE)
                .map(refused -> Verdicts.refusal(pull, ErrorCode.MANIFEST_UNKNOWN, refused))
                .orElseGet(() -> Verdicts.unavailable(pull, outage));
    }

    private void remember(Key key, Pull pull, Facts told) {
        Digest digest = told.digest().orElseThrow();
        missing.invalidate(key);
        proofs.prove(pull.subject(ContentKind.MANIFEST, key.repository(), digest), pull.caller().expires());
        facts.learn(pull, ContentKind.MANIFEST, key.repository(), digest, told);
        Instant now = clock.instant();
        Instant until = now.plus(config.tagTtl());
        remembered.put(key, new Remembered(new Resolved(digest, told, Freshness.CURRENT),
                pull.caller().expires().filter(until::isAfter).orElse(until)));
        memory.learned(key.registry(), key.repository(), key.tag(), new KnownTag(digest, told.contentType().orElse(""), now));
    }

    private Optional<Resolved> lastKnown(Pull pull, String repository, String tag) {
        if (config.onUpstreamOutage() == OutagePolicy.REFUSE) {
            return Optional.empty();
        }
        return memory.lastKnown(pull.registry(), repository, tag)
                .filter(known -> config.onUpstreamOutage() == OutagePolicy.SERVE_ALL
                        || proofs.check(pull.subject(ContentKind.MANIFEST, repository, known.digest())) != Proofs.Standing.UNPROVEN)
                .map(known -> new Resolved(known.digest(),
                        new Facts(Optional.of(known.digest()), OptionalLong.empty(),
                                Optional.of(known.contentType()).filter(type -> !type.isEmpty()), Optional.empty()),
                        Freshness.LAST_KNOWN));
    }

    private Verdict ask(Pull pull, String path, List<Header> accept) throws IOException, InterruptedException {
        try (UpstreamAnswer head = client.send(pull.upstream(), UpstreamRequest.head(path, accept, pull.caller().credentials()))) {
            Verdict verdict = Verdicts.of(head);
            boolean saysAll = verdict instanceof Verdict.Admitted(Facts told) && told.digest().isPresent();
            if (head.status() != 405 && head.status() != 501 && (saysAll || !(verdict instanceof Verdict.Admitted))) {
                return verdict;
            }
        }
        try (UpstreamAnswer get = client.send(pull.upstream(), UpstreamRequest.get(path, accept, pull.caller().credentials()))) {
            return switch (Verdicts.of(get)) {
                case Verdict.Admitted(Facts told) when get.status() == 200 ->
                    new Verdict.Admitted(hashed(told, get.readAll(Manifest.LONGEST)));
                case Verdict.Admitted _ -> new Verdict.Outage("answered " + get.status(), Optional.empty());
                case Verdict.Refused refused -> refused;
                case Verdict.Outage outage -> outage;
            };
        }
    }

    /** What registries that don't name the digest would have said. */
    private static Facts hashed(Facts told, byte[] manifest) {
        try {
            Digest digest = Digest.of(Digest.Algorithm.SHA256, MessageDigest.getInstance("SHA-256").digest(manifest));
            return new Facts(Optional.of(told.digest().orElse(digest)), OptionalLong.of(manifest.length), told.contentType(), told.etag());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
