package dev.darter.service;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listener for HTTP/1.1: sockets on the shared event loops, one virtual thread for each request. */
public final class HttpServer {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final int BACKLOG = 1024;

    private final String name;
    private final Channel listener;
    private final HttpSessions sessions;

    private HttpServer(String name, Channel listener, HttpSessions sessions) {
        this.name = name;
        this.listener = listener;
        this.sessions = sessions;
    }

    /**
     * Binds and serves; blocks until bound.
     *
     * @param name for threads and logs
     * @throws ListenException when the address can't be bound
     */
    public static HttpServer start(String name, HostPort bind, HttpHandler handler, HttpServerOptions options) throws ListenException {
        HttpSessions sessions = new HttpSessions(name, handler, options, new DefaultChannelGroup(name, GlobalEventExecutor.INSTANCE, true),
                new DefaultChannelGroup(name + "-links", GlobalEventExecutor.INSTANCE, true));
        ServerBootstrap bootstrap = new ServerBootstrap().group(EventLoops.shared())
                .channel(EventLoops.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        sessions.open(channel);
                    }
                });
        EventLoops.limitUnsent(bootstrap, options.maxUnsentBytes());
        ChannelFuture bound = bootstrap.bind(resolve(bind)).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            String reason = String.valueOf(bound.cause().getMessage());
            boolean taken = reason.contains("Address already in use");
            throw new ListenException(bind, taken ? "another program does already" : reason, bound.cause());
        }
        return new HttpServer(name, bound.channel(), sessions);
    }

    private static InetSocketAddress resolve(HostPort bind) throws ListenException {
        try {
            return bind.resolve();
        } catch (UnknownHostException e) {
            throw new ListenException(bind, Failures.inWords(e), e);
        }
    }

    /** The port that it is bound to. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /**
     * Takes no more connections, lets the requests under way end, and cuts after the given time what is still there. WebSockets are closed
     * last. Blocks until all is closed; closing again does nothing.
     */
    public void close(Duration drain) {
        listener.close().awaitUninterruptibly();
        if (!sessions.drain(drain) && drain.isPositive()) {
            LOG.info("{}: cut the transfers that had not ended after {} s", name, drain.toSeconds());
        }
    }

    /** What the connections of one listener share. */
    record HttpSessions(String name, HttpHandler handler, HttpServerOptions options, ChannelGroup connections, ChannelGroup links) {

        void open(SocketChannel channel) {
            HttpDecoderConfig decoder = new HttpDecoderConfig().setMaxInitialLineLength(options.maxTargetBytes() + 64)
                    .setMaxHeaderSize(options.maxHeaderBytes());
            long idleMillis = options.idleTimeout().toMillis();
            HttpConnection connection = new HttpConnection(channel, this);
            channel.pipeline()
                    .addLast(new IdleStateHandler(true, 0, 0, idleMillis, java.util.concurrent.TimeUnit.MILLISECONDS),
                            new HeadDeadline(connection, options.headTimeout()),
                            new HttpServerCodec(decoder),
                            connection);
            connections.add(channel);
        }

        boolean drain(Duration patience) {
            connections.forEach(channel -> {
                HttpConnection connection = channel.pipeline().get(HttpConnection.class);
                if (connection != null) {
                    connection.drain();
                }
            });
            boolean drained = connections.newCloseFuture().awaitUninterruptibly(patience.toMillis());
            connections.close().awaitUninterruptibly();
            links.close().awaitUninterruptibly();
            return drained;
        }

        /** WebSockets don't hold up a drain: they never end by themselves. */
        void becameLink(Channel channel) {
            links.add(channel);
            connections.remove(channel);
        }
    }
}
