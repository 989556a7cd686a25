package dev.darter.service;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.timeout.IdleStateHandler;

/** The server's side of a WebSocket's beginning (RFC 6455, 4.2). */
final class WebSocketUpgrade {
    private WebSocketUpgrade() {}

    static WebSocketLink accept(NettyExchange exchange, WebSocketListener listener) throws IOException {
        HttpRequest request = exchange.request();
        if (!request.method().equals(HttpMethod.GET)
                || !request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
                || !request.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)) {
            exchange.refuse(400, "this address speaks WebSocket only");
            throw new IOException("not a WebSocket request");
        }
        WebSocketServerHandshaker handshaker = new WebSocketServerHandshakerFactory("", null, false, WebSocketConnection.MAX_TEXT_BYTES)
                .newHandshaker(request);
        if (handshaker == null) {
            exchange.refuse(426, "only version 13 of the WebSocket protocol is spoken here");
            throw new IOException("unknown WebSocket version");
        }
        Channel channel = exchange.channel();
        WebSocketConnection link = new WebSocketConnection(channel, listener);
        ChannelPromise upgraded = channel.newPromise();
        exchange.handOver();
        channel.eventLoop().execute(() -> {
            if (channel.isActive()) {
                upgrade(exchange, handshaker, link, upgraded);
            } else {
                // Its pipeline is empty already.
                upgraded.setFailure(new ClosedChannelException());
            }
        });
        if (!upgraded.awaitUninterruptibly().isSuccess()) {
            var _ = channel.close();
            throw new IOException("the WebSocket could not be opened", upgraded.cause());
        }
        return link;
    }

    private static void upgrade(NettyExchange exchange, WebSocketServerHandshaker handshaker, WebSocketConnection link,
            ChannelPromise upgraded) {
        Channel channel = exchange.channel();
        HttpRequest request = exchange.request();
        exchange.connection().sessions().becameLink(channel);
        channel.pipeline().remove(IdleStateHandler.class);
        channel.pipeline().remove(HeadDeadline.class);
        channel.pipeline().remove(exchange.connection());
        link.addTo(channel.pipeline());
        FullHttpRequest full = new DefaultFullHttpRequest(request.protocolVersion(), request.method(), request.uri(), Unpooled.EMPTY_BUFFER,
                request.headers(), EmptyHttpHeaders.INSTANCE);
        var _ = handshaker.handshake(channel, full, new DefaultHttpHeaders(), upgraded);
        channel.config().setAutoRead(true);
    }
}
