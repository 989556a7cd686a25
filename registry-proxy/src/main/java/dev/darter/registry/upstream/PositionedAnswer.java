package dev.darter.registry.upstream;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;

/**
 * An answer to a request for a part of a blob.
 *
 * @param skip bytes at its beginning that were not asked for
 * @param total size of the whole blob, where the answer tells it
 * @param end where the answer says that it ends, counted from the beginning of the blob
 */
record PositionedAnswer(UpstreamAnswer answer, long skip, OptionalLong total, OptionalLong end) {

    /**
     * Asks for a part.
     *
     * @param etag of what was read before, so that another representation comes whole instead of in part
     * @throws OriginException for every answer without the part
     */
    static PositionedAnswer open(Upstream upstream, UpstreamRequest request, Span span, Optional<String> etag)
            throws IOException, InterruptedException {
        UpstreamAnswer answer = upstream.send(span.isWhole() ? request : ranged(request, span, etag));
        if (answer.status() == 416 && !span.isWhole()) {
            // Some registries refuse ranges that they could serve; the whole is then read and skipped forward.
            answer.discard();
            answer = upstream.send(request);
        }
        return switch (answer.status()) {
            case 200 -> new PositionedAnswer(answer, span.first(), answer.contentLength(), answer.contentLength());
            case 206 -> partial(upstream, answer, span);
            default -> {
                answer.discard();
                throw Refusal.of(answer, upstream.identity(), upstream.now());
            }
        };
    }

    private static UpstreamRequest ranged(UpstreamRequest request, Span span, Optional<String> etag) {
        UpstreamRequest ranged = request.withHeader("Range", span.toHeader());
        return etag.isPresent() ? ranged.withHeader("If-Range", etag.get()) : ranged;
    }

    private static PositionedAnswer partial(Upstream upstream, UpstreamAnswer answer, Span asked) throws OriginException {
        Optional<Span.Content> content = answer.header("Content-Range").flatMap(Span::parseContentRange);
        if (content.isEmpty() || content.get().span().first() != asked.first() || content.get().span().end() > asked.end()) {
            answer.close();
            throw new OriginException(Kind.UNAVAILABLE, upstream.identity() + " answered '" + answer.header("Content-Range").orElse("")
                    + "' to a request for " + asked.toHeader(), Optional.empty());
        }
        OptionalLong total = content.get().total().map(OptionalLong::of).orElse(OptionalLong.empty());
        return new PositionedAnswer(answer, 0, total, OptionalLong.of(content.get().span().end()));
    }

    /** A strong entity tag; weak ones say nothing about bytes and can't guard a range (RFC 9110, section 13.1.5). */
    Optional<String> strongTag() {
        return answer.header("ETag").filter(tag -> tag.startsWith("\""));
    }
}
