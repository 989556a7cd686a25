package dev.darter.registry;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.darter.protocol.Digest;
import dev.darter.registry.Proofs.Subject;
import dev.darter.registry.upstream.Header;
import dev.darter.registry.upstream.UpstreamAnswer;
import dev.darter.registry.upstream.UpstreamRequest;
import dev.darter.registry.upstream.UpstreamRequest.Redirects;

/** Asks upstreams whether callers may read content, with the callers' own credentials, and remembers what they say. */
final class Admission {

    private record Question(Subject subject, ContentKind kind) {}

    private final PatientClient client;
    private final Proofs proofs;
    private final FactBook facts;
    private final OutageMemory outages;
    private final Coalescer<Question, Verdict> questions = new Coalescer<>();

    Admission(PatientClient client, Proofs proofs, FactBook facts, OutageMemory outages) {
        this.client = client;
        this.proofs = proofs;
        this.facts = facts;
        this.outages = outages;
    }

    /** Asks now, whatever is known; equal questions at the same time are one. */
    CompletableFuture<Verdict> ask(Pull pull, ContentKind kind, String repository, Digest digest) {
        Subject subject = pull.subject(kind, repository, digest);
        return questions.ask(new Question(subject, kind), () -> {
            Verdict verdict = outages.orElse(pull.registry(), () -> verdict(pull, kind, repository, digest));
            switch (verdict) {
                case Verdict.Admitted(Facts told) -> {
                    proofs.prove(subject, pull.caller().expires());
                    facts.learn(pull, kind, repository, digest, told);
                }
                case Verdict.Refused _ -> proofs.revoke(subject);
                case Verdict.Outage _ -> {
                    // says nothing about this caller
                }
            }
            return verdict;
        });
    }

    private Verdict verdict(Pull pull, ContentKind kind, String repository, Digest digest) throws IOException, InterruptedException {
        List<Header> accept = kind == ContentKind.MANIFEST
                ? Manifest.ALL_TYPES.stream().map(type -> new Header("Accept", type)).toList()
                : List.of();
        String path = kind.path(repository, digest);
        // Blobs lie in storage elsewhere, manifests do not: where a manifest redirects to may be a page for logging in.
        Redirects redirects = kind == ContentKind.BLOB ? Redirects.RETURN : Redirects.FOLLOW;
        try (UpstreamAnswer head = client.send(pull.upstream(),
                UpstreamRequest.head(path, accept, pull.caller().credentials()).withRedirects(redirects))) {
            if (head.status() != 405 && head.status() != 501) {
                return Verdicts.of(head);
            }
        }
        // A registry that knows no HEAD: one byte tells as much.
        try (UpstreamAnswer get = client.send(pull.upstream(),
                UpstreamRequest.get(path, accept, pull.caller().credentials())
                        .withRedirects(redirects)
                        .withHeader("Range",
                                "bytes=0-0"))) {
            return get.status() == 416 ? new Verdict.Admitted(Facts.NONE) : Verdicts.of(get);
        }
    }
}
