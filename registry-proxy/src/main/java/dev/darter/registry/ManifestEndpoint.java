package dev.darter.registry;

import java.io.IOException;
import java.util.Optional;

import io.netty.handler.codec.http.HttpHeaders;

import dev.darter.protocol.Digest;
import dev.darter.registry.TagResolver.Freshness;
import dev.darter.registry.TagResolver.Resolved;

/** {@code GET} and {@code HEAD} of manifests and indices, by tag and by digest. */
final class ManifestEndpoint {

    private final Access access;
    private final TagResolver tags;
    private final ManifestReader reader;
    private final PassThrough passThrough;

    ManifestEndpoint(Access access, TagResolver tags, ManifestReader reader, PassThrough passThrough) {
        this.access = access;
        this.tags = tags;
        this.reader = reader;
        this.passThrough = passThrough;
    }

    void handle(Pull pull, Route.Manifest route) throws RefusedException, IOException, InterruptedException {
        switch (route.reference()) {
            case Reference.Tag(String tag) -> {
                Resolved resolved = tags.resolve(pull, route.repository(), tag);
                Optional<String> told = resolved.facts().etag().or(() -> facts(pull, route.repository(), resolved.digest()).etag());
                answer(pull, route.repository(), resolved, told.orElseGet(() -> ETags.of(resolved.digest())));
            }
            case Reference.ByDigest(Digest digest) -> {
                if (pull.isHead()) {
                    access.check(pull, ContentKind.MANIFEST, route.repository(), digest);
                }
                answer(pull, route.repository(), new Resolved(digest, facts(pull, route.repository(), digest), Freshness.CURRENT),
                        ETags.of(digest));
            }
        }
    }

    private void answer(Pull pull, String repository, Resolved resolved, String etag)
            throws RefusedException, IOException, InterruptedException {
        Facts facts = resolved.facts();
        if (facts.isUncacheable()) {
            passThrough.forward(pull);
            return;
        }
        if (pull.isHead() && facts.size().isPresent() && facts.contentType().isPresent()) {
            reader.getToKnow(pull, resolved.digest());
            pull.exchange().start(200, headers(pull, resolved, facts.contentType().get(), etag), facts.size().getAsLong()).close();
            return;
        }
        ManifestReader.Content content = reader.read(pull, repository, resolved.digest());
        String type = facts(pull, repository, resolved.digest()).contentType().or(facts::contentType).orElseGet(content::contentType);
        HttpHeaders headers = headers(pull, resolved, type, etag);
        Optional<String> known = Optional.ofNullable(pull.exchange().headers().get("If-None-Match"));
        if (known.isPresent() && (ETags.matches(known.get(), etag) || ETags.matches(known.get(), ETags.of(resolved.digest())))) {
            pull.exchange().start(304, headers, 0).close();
            return;
        }
        pull.exchange().respond(200, headers, content.bytes());
    }

    private Facts facts(Pull pull, String repository, Digest digest) {
        return access.facts(pull, ContentKind.MANIFEST, repository, digest);
    }

    private static HttpHeaders headers(Pull pull, Resolved resolved, String contentType, String etag) {
        HttpHeaders headers = pull.answerHeaders()
                .set("Content-Type", contentType)
                .set("Docker-Content-Digest", resolved.digest().toString())
                .set("ETag", etag);
        switch (resolved.freshness()) {
            case CURRENT -> {
                // nothing to warn of
            }
            case LAST_KNOWN -> headers.set("Warning", "110 darter \"Response is Stale\"");
        }
        return headers;
    }
}
