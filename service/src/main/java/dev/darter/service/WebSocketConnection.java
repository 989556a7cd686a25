package dev.darter.service;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A WebSocket after its handshake, the same at both ends: pings a silent other end, and gives it up when it stays silent. */
final class WebSocketConnection extends SimpleChannelInboundHandler<WebSocketFrame> implements WebSocketLink {
    static final int MAX_TEXT_BYTES = 8 << 20;
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketLink.class);
    private static final long MAX_BUFFERED_BYTES = 64L << 20;
    private static final int PING_SECONDS = 5;
    private static final int MAX_SILENT_PINGS = 3;
    /** What may wait for the listener before the socket is read no further. */
    private static final long MAX_WAITING_BYTES = 1 << 20;
    /** What a text costs beside its length: many small ones must not cost more than a large one. */
    private static final int TEXT_OVERHEAD = 512;

    private final Channel channel;
    private final WebSocketListener listener;
    private final InOrder deliveries;
    private final AtomicLong buffered = new AtomicLong();
    private final Backlog waiting;
    private int silentPings;

    WebSocketConnection(Channel channel, WebSocketListener listener) {
        this.channel = channel;
        this.listener = listener;
        this.deliveries = new InOrder("websocket-" + channel.remoteAddress());
        this.waiting = new Backlog(MAX_WAITING_BYTES, channel.eventLoop(), () -> channel.config().setAutoRead(false),
                () -> channel.config().setAutoRead(true));
    }

    /** Puts itself at the end of a pipeline, with what it needs in front. */
    void addTo(ChannelPipeline pipeline) {
        pipeline.addFirst(new FlushConsolidationHandler(256, true), new IdleStateHandler(PING_SECONDS, 0, 0, TimeUnit.SECONDS));
        pipeline.addLast(new WebSocketFrameAggregator(MAX_TEXT_BYTES), this);
        var _ = channel.closeFuture().addListener(_ -> deliveries.execute(() -> listener.onClosed(this)));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        silentPings = 0;
        switch (frame) {
            case TextWebSocketFrame text -> deliver(text.text());
            case PingWebSocketFrame ping -> {
                // Who does not read gets none: they would pile up here.
                if (channel.isWritable()) {
                    var _ = channel.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
                }
            }
            case CloseWebSocketFrame close -> {
                var _ = channel.writeAndFlush(close.retain()).addListener(ChannelFutureListener.CLOSE);
            }
            case PongWebSocketFrame _ -> {
                // That it came was the message.
            }
            default -> {
                var _ = channel.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.INVALID_MESSAGE_TYPE))
                        .addListener(ChannelFutureListener.CLOSE);
            }
        }
    }

    private void deliver(String text) {
        long size = TEXT_OVERHEAD + (long) text.length();
        waiting.added(size);
        deliveries.execute(() -> {
            try {
                listener.onText(this, text);
            } catch (RuntimeException | StackOverflowError e) {
                LOG.warn("a message of {} could not be handled; the link is closed", remote(), e);
                close();
            } finally {
                waiting.done(size);
            }
        });
    }

    @Override
    public void send(String text) {
        TextWebSocketFrame frame = new TextWebSocketFrame(text);
        int bytes = frame.content().readableBytes();
        if (buffered.addAndGet(bytes) > MAX_BUFFERED_BYTES) {
            LOG.warn("{} does not take its messages; the link is closed", remote());
            frame.release();
            var _ = channel.close();
            return;
        }
        var _ = channel.writeAndFlush(frame).addListener(_ -> buffered.addAndGet(-bytes));
    }

    @Override
    public void close() {
        var _ = channel.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE))
                .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public boolean isOpen() {
        return channel.isActive();
    }

    @Override
    public long bufferedBytes() {
        return buffered.get();
    }

    @Override
    public String remote() {
        return String.valueOf(channel.remoteAddress());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (!(event instanceof IdleStateEvent)) {
            super.userEventTriggered(context, event);
        } else if (!channel.config().isAutoRead()) {
            // The silence is of our own making: nothing is read until the listener has caught up.
            silentPings = 0;
        } else if (++silentPings > MAX_SILENT_PINGS) {
            LOG.info("{} has been silent for {} s; the link is closed", remote(), PING_SECONDS * silentPings);
            var _ = channel.close();
        } else {
            var _ = channel.writeAndFlush(new PingWebSocketFrame());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("link with {} broke: {}", remote(), cause.toString());
        var _ = channel.close();
    }
}
