package dev.darter.service;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.IdleStateEvent;

/** Moves bytes between two sockets, each read only as fast as the other takes them. */
final class Tunnel extends ChannelInboundHandlerAdapter {
    private static final int CONNECT_MILLIS = 10_000;

    private final Channel other;

    private Tunnel(Channel other) {
        this.other = other;
    }

    static void open(NettyExchange exchange, HostPort destination) throws IOException {
        Channel client = exchange.channel();
        Channel server = connect(client, destination);
        exchange.handOver();
        client.eventLoop().execute(() -> {
            // Nothing may be read between the answer and the codec's removal: it is no HTTP any more.
            client.config().setAutoRead(false);
            var answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, new HttpResponseStatus(200, "Connection established"));
            var _ = client.writeAndFlush(answer).addListener(_ -> join(exchange, client, server));
        });
    }

    private static void join(NettyExchange exchange, Channel client, Channel server) {
        if (!client.isActive()) {
            var _ = server.close();
            return;
        }
        server.pipeline().addLast(new Tunnel(client));
        client.pipeline().addLast(new Tunnel(server));
        client.pipeline().remove(exchange.connection());
        client.pipeline().remove(HttpServerCodec.class);
        client.pipeline().remove(HeadDeadline.class);
        client.config().setAutoRead(true);
        server.config().setAutoRead(true);
    }

    /** On the client's event loop, so that both ends share a thread. */
    private static Channel connect(Channel client, HostPort destination) throws IOException {
        Bootstrap bootstrap = new Bootstrap().group(client.eventLoop())
                .channel(EventLoops.clientChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(new ChannelInboundHandlerAdapter());
        IOException failure = new IOException("can't connect to " + destination);
        for (InetAddress address : InetAddress.getAllByName(destination.host())) {
            ChannelFuture connected = bootstrap.connect(new InetSocketAddress(address, destination.port())).awaitUninterruptibly();
            if (connected.isSuccess()) {
                return connected.channel();
            }
            failure.addSuppressed(connected.cause());
        }
        throw failure;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var _ = other.write(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        var _ = other.flush();
        context.channel().config().setAutoRead(other.isWritable());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        other.config().setAutoRead(context.channel().isWritable());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        var _ = other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            var _ = context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }
}
