package dev.darter.registry.upstream;

import java.io.IOException;
import java.util.OptionalLong;

import dev.darter.registry.OriginAccess;
import dev.darter.registry.OriginException;

/**
 * Reads one blob, or one manifest by digest, from its registry with one caller's credentials.
 *
 * <p>A body that breaks or stalls is asked for again from where it ended. A registry that knows no ranges is read from the start and skipped
 * forward. What the registry says of positions and lengths is checked: other content than asked for is
 * {@link OriginException.Kind#WRONG_CONTENT}.
 */
public final class UpstreamOrigin implements OriginAccess {

    private final Upstream upstream;
    private final UpstreamRequest request;
    private final OptionalLong size;

    /**
     * Asks nothing yet.
     *
     * @param request an ordinary {@code GET} of the whole content; a {@code Range} in it is ignored
     * @param size of the content in bytes, where a manifest or an earlier answer told it
     */
    public UpstreamOrigin(Upstream upstream, UpstreamRequest request, OptionalLong size) {
        this.upstream = upstream;
        this.request = request.withoutHeader("Range").withoutHeader("If-Range");
        this.size = size;
    }

    @Override
    public UpstreamBody open(long offset) throws IOException, InterruptedException {
        return UpstreamBody.open(upstream, request, size, new Span(offset, Span.TO_THE_END));
    }

    @Override
    public UpstreamBody open(long offset, long length) throws IOException, InterruptedException {
        return UpstreamBody.open(upstream, request, size, new Span(offset, Math.addExact(offset, length)));
    }
}
