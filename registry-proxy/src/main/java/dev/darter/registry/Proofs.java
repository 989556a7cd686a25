package dev.darter.registry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.darter.protocol.Digest;

/**
 * Remembers for a short time what upstreams have let callers read. Holds no credentials, only salted hashes. Thread-safe.
 *
 * <p>A proof is about one digest, and covers what the manifest of that digest lists, children of children included. It is never good for longer
 * than the token with which it was had. What a manifest lists is kept apart from who may read it: it is a fact about content, learnt whenever
 * anybody's manifest passes by.
 */
final class Proofs {

    /**
     * What a proof is about. A registry looks into what is pushed as a manifest, and not into blobs: so that a caller may read a blob does not
     * make it a manifest, whatever its bytes look like.
     */
    record Subject(CallerId caller, String registry, String repository, ContentKind kind, Digest digest) {

        Subject manifest(Digest other) {
            return new Subject(caller, registry, repository, ContentKind.MANIFEST, other);
        }
    }

    /** How good a proof is. */
    enum Standing {
        /** As good as asking. */
        PROVEN,
        /** Too old for that, but it counts while the upstream can't be asked. */
        PROVEN_ONCE,
        /** The upstream has to be asked. */
        UNPROVEN
    }

    private static final int MOST_PROOFS = 200_000;
    /** Images are a few manifests; whoever builds a longer chain of them asks the upstream instead. */
    private static final int MOST_VISITED = 256;

    private final InstantSource clock;
    private final Duration lifetime;
    private final Duration grace;
    private final Lineage lineage = new Lineage();
    private final Cache<Subject, Instant> validUntil = Caffeine.newBuilder().maximumSize(MOST_PROOFS).executor(Runnable::run).build();

    /**
     * @param lifetime of a proof, unless its token ends earlier
     * @param grace how much longer it counts in an outage
     */
    Proofs(InstantSource clock, Duration lifetime, Duration grace) {
        this.clock = clock;
        this.lifetime = lifetime;
        this.grace = grace;
    }

    /** The upstream has just let this caller read this. */
    void prove(Subject subject, Optional<Instant> tokenExpires) {
        Instant end = clock.instant().plus(lifetime);
        validUntil.put(subject, tokenExpires.filter(end::isAfter).orElse(end));
    }

    /** The upstream has refused this, whatever it said before. */
    void revoke(Subject subject) {
        validUntil.invalidate(subject);
    }

    /** Takes note of what a manifest lists. The bytes must be verified: they are what the manifest's name stands for. */
    void learn(String registry, Digest digest, Manifest manifest) {
        lineage.learn(registry, digest, manifest.listed());
    }

    /** Whether it is known what this manifest lists. */
    boolean knows(String registry, Digest manifest) {
        return lineage.knows(registry, manifest);
    }

    /** How well it is proven that this may be read: by itself, or by any manifest of the same repository that lists it. */
    Standing check(Subject subject) {
        return check(subject, new HashSet<>());
    }

    /**
     * How long something is by the manifests through which this caller may read it; empty where there are none, or where they contradict each
     * other. Manifests of others don't count: whoever may push one may lie about the size of somebody else's layer.
     */
    OptionalLong size(Subject subject) {
        OptionalLong size = OptionalLong.empty();
        for (Lineage.Parent parent : lineage.parents(subject.registry(), subject.kind(), subject.digest())) {
            if (parent.size().isPresent() && check(subject.manifest(parent.manifest())) != Standing.UNPROVEN) {
                if (size.isPresent() && !size.equals(parent.size())) {
                    return OptionalLong.empty();
                }
                size = parent.size();
            }
        }
        return size;
    }

    private Standing check(Subject subject, Set<Digest> seen) {
        Standing best = direct(subject);
        if (best == Standing.PROVEN || seen.size() >= MOST_VISITED || !seen.add(subject.digest())) {
            return best;
        }
        for (Lineage.Parent parent : lineage.parents(subject.registry(), subject.kind(), subject.digest())) {
            Standing inherited = check(subject.manifest(parent.manifest()), seen);
            if (inherited == Standing.PROVEN) {
                return inherited;
            }
            best = inherited.compareTo(best) < 0 ? inherited : best;
        }
        return best;
    }

    private Standing direct(Subject subject) {
        Instant end = validUntil.getIfPresent(subject);
        Instant now = clock.instant();
        if (end == null || !now.isBefore(end.plus(grace))) {
            return Standing.UNPROVEN;
        }
        return now.isBefore(end) ? Standing.PROVEN : Standing.PROVEN_ONCE;
    }
}
