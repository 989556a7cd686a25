package dev.darter.service;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts clients that take too long for a request's line and headers: a byte now and then would keep a connection open for ever. Stands before the
 * codec, where the first bytes of a head are seen. Between requests no time is counted; that is what the idle timeout is for.
 */
final class HeadDeadline extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    private final HttpConnection connection;
    private final Duration patience;
    private @Nullable Future<?> cut;

    HeadDeadline(HttpConnection connection, Duration patience) {
        this.connection = connection;
        this.patience = patience;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (cut == null && connection.awaitsRequest()) {
            cut = context.executor().schedule(() -> {
                LOG.debug("Closing the connection of {}: no whole request in {} ms", context.channel().remoteAddress(),
                        patience.toMillis());
                var _ = context.close();
            }, patience.toMillis(), TimeUnit.MILLISECONDS);
        }
        context.fireChannelRead(bytes);
        if (!connection.awaitsRequest()) {
            disarm();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        disarm();
        context.fireChannelInactive();
    }

    private void disarm() {
        Future<?> armed = cut;
        if (armed != null) {
            cut = null;
            armed.cancel(false);
        }
    }
}
