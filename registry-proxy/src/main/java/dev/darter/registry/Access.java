package dev.darter.registry;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

import dev.darter.protocol.Digest;
import dev.darter.registry.Proofs.Standing;
import dev.darter.registry.Proofs.Subject;
import dev.darter.registry.upstream.Header;
import dev.darter.registry.upstream.UpstreamOrigin;
import dev.darter.registry.upstream.UpstreamRequest;

/**
 * Opens content for callers who may read it. The store and the swarm don't know who may: nothing of what they give goes to a caller before the
 * upstream has let that caller in, now or not long ago.
 */
final class Access {

    private final BlobSource source;
    private final Admission admission;
    private final Proofs proofs;
    private final FactBook facts;
    private final OutagePolicy onOutage;
    private final Duration checkTimeout;

    Access(BlobSource source, Admission admission, Proofs proofs, FactBook facts, OutagePolicy onOutage, Duration checkTimeout) {
        this.source = source;
        this.admission = admission;
        this.proofs = proofs;
        this.facts = facts;
        this.onOutage = onOutage;
        this.checkTimeout = checkTimeout;
    }

    /** What the upstream has said of content, to be told only to admitted callers. */
    Facts facts(Pull pull, ContentKind kind, String repository, Digest digest) {
        return facts.of(pull, kind, repository, digest);
    }

    /** How long content is, by the upstream's account or by that of the manifests through which this caller may read it. */
    OptionalLong size(Pull pull, ContentKind kind, String repository, Digest digest) {
        OptionalLong answered = facts(pull, kind, repository, digest).size();
        if (answered.isPresent()) {
            return answered;
        }
        OptionalLong listed = proofs.size(pull.subject(kind, repository, digest));
        return listed.isPresent() && digest.canName(listed.getAsLong()) ? listed : OptionalLong.empty();
    }

    /**
     * Opens content. Where there is no proof, the upstream is asked while the source already begins to read; the source's own success with
     * the caller's credentials is as good an answer.
     *
     * @param wanted what the caller will read
     */
    OpenContent open(Pull pull, ContentKind kind, String repository, Digest digest, WantedBytes wanted)
            throws RefusedException, InterruptedException {
        Subject subject = pull.subject(kind, repository, digest);
        CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        OriginAccess origin = new ProvingOrigin(origin(pull, kind, repository, digest), () -> {
            proofs.prove(subject, pull.caller().expires());
            verdict.complete(new Verdict.Admitted(Facts.NONE));
        });
        BlobReader reader = source.open(new BlobRequest(pull.key(digest), size(pull, kind, repository, digest), wanted, origin));
        OpenContent content = new OpenContent(reader);
        try {
            Standing standing = proofs.check(subject);
            if (standing != Standing.PROVEN) {
                var _ = admission.ask(pull, kind, repository, digest).whenComplete((told, failure) -> {
                    if (failure == null) {
                        verdict.complete(told);
                    } else {
                        verdict.completeExceptionally(failure);
                    }
                });
                enforce(pull, kind, standing, Verdicts.await(verdict, patience(standing)));
            }
        } catch (RefusedException | InterruptedException | RuntimeException e) {
            content.close();
            throw e;
        }
        pull.exchange().onClose(content::close);
        return content;
    }

    /** Makes sure that a caller may know of content, without opening it. */
    void check(Pull pull, ContentKind kind, String repository, Digest digest) throws RefusedException, InterruptedException {
        Standing standing = proofs.check(pull.subject(kind, repository, digest));
        if (standing != Standing.PROVEN) {
            ask(pull, kind, repository, digest, standing);
        }
    }

    /** As {@link #check}; and asks the upstream how long content is that isn't here, so that nobody has to read it to find out. */
    void checkAndMeasure(Pull pull, ContentKind kind, String repository, Digest digest) throws RefusedException, InterruptedException {
        Standing standing = proofs.check(pull.subject(kind, repository, digest));
        boolean measured = facts(pull, kind, repository, digest).size().isPresent() || source.holds(pull.key(digest));
        if (standing != Standing.PROVEN || !measured) {
            ask(pull, kind, repository, digest, standing);
        }
    }

    private void ask(Pull pull, ContentKind kind, String repository, Digest digest, Standing standing)
            throws RefusedException, InterruptedException {
        enforce(pull, kind, standing, Verdicts.await(admission.ask(pull, kind, repository, digest), patience(standing)));
    }

    /** Whoever can be served without an answer need not wait long for it; for others a late answer is better than none. */
    private Duration patience(Standing standing) {
        return servesInOutage(standing) ? checkTimeout : Verdicts.LONGEST;
    }

    /** Whether this caller may read content while the upstream can't be asked. */
    boolean servesInOutage(Pull pull, ContentKind kind, String repository, Digest digest) {
        return servesInOutage(proofs.check(pull.subject(kind, repository, digest)));
    }

    /** Whether an outage ends here for a caller of this standing. */
    private boolean servesInOutage(Standing standing) {
        return switch (onOutage) {
            case SERVE_ALL -> true;
            case SERVE_PROVEN -> standing != Standing.UNPROVEN;
            case REFUSE -> standing == Standing.PROVEN;
        };
    }

    /**
     * What to tell a caller whose content failed before its first byte. A refusal by the origin may concern this caller or only somebody
     * else in the swarm, so the upstream is asked about him.
     */
    RefusedException explain(Pull pull, ContentKind kind, String repository, Digest digest, OriginException failure)
            throws InterruptedException {
        Verdict verdict = switch (failure.kind()) {
            case UNAUTHORIZED, FORBIDDEN, NOT_FOUND -> Verdicts.await(admission.ask(pull, kind, repository, digest), checkTimeout);
            case THROTTLED, UNAVAILABLE, WRONG_CONTENT -> Verdicts.of(failure);
        };
        return verdict instanceof Verdict.Refused refused
                ? Verdicts.refusal(pull, kind.unknown(), refused)
                : Verdicts.unavailable(pull, Verdicts.of(failure));
    }

    private void enforce(Pull pull, ContentKind kind, Standing standing, Verdict verdict) throws RefusedException {
        switch (verdict) {
            case Verdict.Admitted _ -> {
                // goes on
            }
            case Verdict.Refused refused -> throw Verdicts.refusal(pull, kind.unknown(), refused);
            case Verdict.Outage outage -> {
                if (!servesInOutage(standing)) {
                    throw Verdicts.unavailable(pull, outage);
                }
            }
        }
    }

    private static OriginAccess origin(Pull pull, ContentKind kind, String repository, Digest digest) {
        List<Header> headers = switch (kind) {
            case MANIFEST -> Manifest.ALL_TYPES.stream().map(type -> new Header("Accept", type)).toList();
            case BLOB -> List.of();
        };
        return new UpstreamOrigin(pull.upstream(),
                UpstreamRequest.get(kind.path(repository, digest), headers, pull.caller().credentials()), OptionalLong.empty());
    }
}
