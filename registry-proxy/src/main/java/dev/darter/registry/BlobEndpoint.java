package dev.darter.registry;

import java.io.IOException;
import java.util.Optional;

import io.netty.handler.codec.http.HttpHeaders;

import dev.darter.protocol.Digest;
import dev.darter.service.BodyWriter;

/** {@code GET} and {@code HEAD} of blobs, in whole and in part. */
final class BlobEndpoint {

    private final Access access;
    private final BlobSender sender;
    private final LazyMode lazy;

    BlobEndpoint(Access access, BlobSender sender, LazyMode lazy) {
        this.access = access;
        this.sender = sender;
        this.lazy = lazy;
    }

    void handle(Pull pull, Route.Blob blob) throws RefusedException, IOException, InterruptedException {
        if (pull.isHead()) {
            access.checkAndMeasure(pull, ContentKind.BLOB, blob.repository(), blob.digest());
            Facts facts = access.facts(pull, ContentKind.BLOB, blob.repository(), blob.digest());
            if (facts.size().isPresent()) {
                pull.exchange().start(200, headers(pull, blob.digest()), facts.size().getAsLong()).close();
                return;
            }
        }
        Optional<String> range = pull.isHead() ? Optional.empty() : Optional.ofNullable(pull.exchange().headers().get("Range"));
        try (OpenContent content = access.open(pull, ContentKind.BLOB, blob.repository(), blob.digest(), wanted(pull, blob, range))) {
            answer(pull, blob, content, range);
        } catch (OriginException failure) {
            if (pull.exchange().isAnswered()) {
                throw failure;
            }
            throw access.explain(pull, ContentKind.BLOB, blob.repository(), blob.digest(), failure);
        }
    }

    private WantedBytes wanted(Pull pull, Route.Blob blob, Optional<String> range)
            throws RefusedException, InterruptedException {
        // With a condition the answer may still be the whole blob.
        if (range.isEmpty() || pull.exchange().headers().contains("If-Range")) {
            return WantedBytes.all();
        }
        if (access.size(pull, ContentKind.BLOB, blob.repository(), blob.digest()).isEmpty()) {
            // A question costs less than to read a blob up to its end in order to find that.
            access.checkAndMeasure(pull, ContentKind.BLOB, blob.repository(), blob.digest());
        }
        return LazyHeaders.apply(pull.exchange().headers(),
                RangeRequest.wanted(range, access.size(pull, ContentKind.BLOB, blob.repository(), blob.digest())), lazy);
    }

    private void answer(Pull pull, Route.Blob blob, OpenContent content, Optional<String> range)
            throws RefusedException, IOException, InterruptedException {
        long size = content.size();
        HttpHeaders headers = headers(pull, blob.digest());
        if (pull.isHead()) {
            pull.exchange().start(200, headers, size).close();
            return;
        }
        String etag = headers.get("ETag");
        Optional<String> known = Optional.ofNullable(pull.exchange().headers().get("If-None-Match"));
        if (known.isPresent() && ETags.matches(known.get(), etag)) {
            pull.exchange().start(304, headers, 0).close();
            return;
        }
        Optional<String> ifRange = Optional.ofNullable(pull.exchange().headers().get("If-Range"));
        RangeRequest wanted = ifRange.isPresent() && !ifRange.get().equals(etag)
                ? new RangeRequest.Whole()
                : RangeRequest.parse(range, size);
        switch (wanted) {
            case RangeRequest.Whole() -> whole(pull, content, headers, size);
            case RangeRequest.Parts(var ranges) when ranges.size() == 1 -> part(pull, content, headers, ranges.getFirst(), size);
            case RangeRequest.Parts(var ranges) -> new MultipartAnswer(ranges, size).send(pull, content, headers, sender);
            case RangeRequest.Unsatisfiable() -> throw unsatisfiable(pull, size);
        }
    }

    private void whole(Pull pull, OpenContent content, HttpHeaders headers, long size) throws IOException, InterruptedException {
        if (size == 0) {
            pull.exchange().start(200, headers, 0).close();
            return;
        }
        stream(pull, content, headers, 200, new ByteRange(0, size - 1));
    }

    private void part(Pull pull, OpenContent content, HttpHeaders headers, ByteRange range, long size)
            throws IOException, InterruptedException {
        headers.set("Content-Range", range.contentRange(size));
        stream(pull, content, headers, 206, range);
    }

    /** The head of the answer waits for the first verified bytes, so that a failure until then can still be told. */
    private void stream(Pull pull, OpenContent content, HttpHeaders headers, int status, ByteRange range)
            throws IOException, InterruptedException {
        BlobBytes beginning = sender.read(content, range.first(), range.last());
        try (BodyWriter body = pull.exchange().start(status, headers, range.length())) {
            sender.send(content, range, beginning, body);
        }
    }

    /**
     * The same for every answer. A registry's own entity tag and type can't be: most blobs are let through by the manifest that lists them, with
     * no answer of the registry about themselves, and where it sends readers to its storage there is none at all.
     */
    private static HttpHeaders headers(Pull pull, Digest digest) {
        return pull.answerHeaders()
                .set("Content-Type", "application/octet-stream")
                .set("Docker-Content-Digest", digest.toString())
                .set("ETag", ETags.of(digest))
                .set("Accept-Ranges", "bytes");
    }

    private static RefusedException unsatisfiable(Pull pull, long size) {
        return new RefusedException(416, ErrorCode.RANGE_INVALID, "the blob has " + size + " bytes",
                pull.answerHeaders().set("Content-Range", "bytes */" + size));
    }
}
