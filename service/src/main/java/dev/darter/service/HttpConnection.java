package dev.darter.service;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.service.HttpServer.HttpSessions;

/**
 * One client's connection. Requests that arrive while another is being answered wait here, so that answers keep their order; reading goes
 * on until one waits, because only a socket that is read tells that its client has left. All state belongs to the event loop.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    private static final AtomicLong REQUESTS = new AtomicLong();
    /** For how long a client may go on sending after its answer; many read only then, and a reset would take the answer from them. */
    private static final long LINGER_MILLIS = 2_000;

    private final SocketChannel channel;
    private final HttpSessions sessions;
    private final ArrayDeque<HttpObject> waiting = new ArrayDeque<>();
    private @Nullable NettyExchange current;
    private volatile boolean draining;
    private boolean lingering;

    HttpConnection(SocketChannel channel, HttpSessions sessions) {
        this.channel = channel;
        this.sessions = sessions;
    }

    HttpSessions sessions() {
        return sessions;
    }

    /** Ends the connection after the answer under way; any thread. */
    void drain() {
        draining = true;
        channel.eventLoop().execute(() -> {
            if (current == null) {
                close();
            }
        });
    }

    boolean isDraining() {
        return draining;
    }

    /** Whether what comes next is the beginning of a request; event loop only. */
    boolean awaitsRequest() {
        return current == null && !lingering;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (lingering) {
            ReferenceCountUtil.release(message);
            return;
        }
        waiting.add((HttpObject) message);
        proceed();
    }

    /** Takes what is waiting as far as the current exchange allows. */
    void proceed() {
        while (!waiting.isEmpty()) {
            NettyExchange exchange = current;
            if (exchange == null) {
                begin(waiting.remove());
            } else if (waiting.peek() instanceof HttpContent content && exchange.requestBody().wants(content)) {
                waiting.remove();
                take(exchange, content);
            } else {
                break;
            }
        }
        channel.config().setAutoRead(waiting.isEmpty());
    }

    private void take(NettyExchange exchange, HttpContent content) {
        if (content.decoderResult().isFailure()) {
            // What has come of the body is not the whole of it, and where the next request begins can't be known.
            content.release();
            var _ = channel.close();
        } else {
            exchange.requestBody().add(content);
        }
    }

    private void begin(HttpObject message) {
        if (!(message instanceof HttpRequest request)) {
            // The end of a request that was answered without waiting for it.
            ReferenceCountUtil.release(message);
            return;
        }
        NettyExchange exchange = new NettyExchange(channel, this, request);
        current = exchange;
        HttpHandler handler = request.decoderResult().isFailure() ? refusal(request.decoderResult().cause()) : sessions.handler();
        var _ = Thread.ofVirtual().name(sessions.name() + "-" + REQUESTS.incrementAndGet()).start(() -> exchange.run(handler));
    }

    private static HttpHandler refusal(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ -> exchange -> ((NettyExchange) exchange).refuse(414, "the request target is too long");
            case TooLongHttpHeaderException _ -> exchange -> ((NettyExchange) exchange).refuse(431, "the request's headers are too long");
            default -> exchange -> ((NettyExchange) exchange).refuse(400, "this is not an HTTP request");
        };
    }

    /** The current exchange has its whole answer; event loop only. */
    void answered(boolean keepAlive) {
        NettyExchange exchange = current;
        current = null;
        if (exchange != null && exchange.isUnread() && !draining) {
            linger();
        } else if (!keepAlive || draining) {
            close();
        } else {
            proceed();
        }
    }

    /** Closes after what was written has gone. */
    private void close() {
        var _ = channel.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** Sends nothing more and reads what still comes, for a while, before it closes. */
    private void linger() {
        lingering = true;
        releaseWaiting();
        channel.config().setAutoRead(true);
        var _ = channel.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER).addListener(_ -> {
            var _ = channel.shutdownOutput();
        });
        var _ = channel.eventLoop().schedule(() -> {
            var _ = channel.close();
        }, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void releaseWaiting() {
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        NettyExchange exchange = current;
        if (exchange != null) {
            exchange.requestBody().breakOff();
        }
        releaseWaiting();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        NettyExchange exchange = current;
        // A client that waits for its answer may be silent; one that owes something, bytes or room for bytes, may not.
        boolean owes = exchange == null || exchange.requestBody().isAwaited() || hasUnsentBytes();
        if (event instanceof IdleStateEvent && owes) {
            LOG.debug("{}: closing the idle connection of {}", sessions.name(), channel.remoteAddress());
            var _ = channel.close();
        }
    }

    private boolean hasUnsentBytes() {
        var buffer = channel.unsafe().outboundBuffer();
        return buffer != null && !buffer.isEmpty();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof DecoderException || cause instanceof java.io.IOException) {
            LOG.debug("{}: connection of {} broke: {}", sessions.name(), channel.remoteAddress(), cause.toString());
        } else {
            LOG.warn("{}: connection of {} failed", sessions.name(), channel.remoteAddress(), cause);
        }
        var _ = channel.close();
    }
}
