package dev.darter.service;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import org.jspecify.annotations.Nullable;

/** Opens WebSockets. */
public final class WebSocketClient {
    private WebSocketClient() {}

    /** Connects without further headers. */
    public static WebSocketLink connect(URI uri, WebSocketListener listener, Duration timeout) throws IOException {
        return connect(uri, Map.of(), listener, timeout);
    }

    /**
     * Connects and blocks until the link is open. Texts may reach the listener before this returns.
     *
     * @param uri of the scheme {@code ws} or {@code http}
     * @param headers to be sent with the opening request
     * @param timeout for the whole opening
     * @throws IOException when the other end can't be reached, refuses, or takes too long
     */
    public static WebSocketLink connect(URI uri, Map<String, String> headers, WebSocketListener listener, Duration timeout)
            throws IOException {
        URI address = webSocketUri(uri);
        CompletableFuture<WebSocketLink> opened = new CompletableFuture<>();
        Bootstrap bootstrap = new Bootstrap().group(EventLoops.shared())
                .channel(EventLoops.clientChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        assemble(channel, address, headers, timeout, new Opening(listener, opened));
                    }
                });
        int port = address.getPort() < 0 ? 80 : address.getPort();
        ChannelFuture connected = bootstrap.connect(new InetSocketAddress(address.getHost(), port));
        var _ = connected.addListener(done -> {
            if (done.cause() != null) {
                opened.completeExceptionally(done.cause());
            }
        });
        return await(opened, connected.channel(), address, timeout);
    }

    private static URI webSocketUri(URI uri) throws IOException {
        if (uri.getHost() == null || !("ws".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
            throw new IOException("'" + uri + "' is not a ws:// address");
        }
        return "ws".equals(uri.getScheme()) ? uri : URI.create("ws" + uri.toString().substring("http".length()));
    }

    private static void assemble(Channel channel, URI uri, Map<String, String> headers, Duration timeout, Opening opening) {
        DefaultHttpHeaders more = new DefaultHttpHeaders();
        headers.forEach(more::set);
        WebSocketClientProtocolConfig config = WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(uri)
                .version(WebSocketVersion.V13)
                .allowExtensions(false)
                .customHeaders(more)
                .maxFramePayloadLength(WebSocketConnection.MAX_TEXT_BYTES)
                .handshakeTimeoutMillis(timeout.toMillis())
                .handleCloseFrames(false)
                .dropPongFrames(false)
                .build();
        channel.pipeline()
                .addLast(new HttpClientCodec(), new HttpObjectAggregator(64 << 10), new WebSocketClientProtocolHandler(config), opening);
    }

    private static WebSocketLink await(CompletableFuture<WebSocketLink> opened, Channel channel, URI uri, Duration timeout)
            throws IOException {
        try {
            return opened.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new IOException("no WebSocket with " + uri + ": " + Failures.inWords(cause), cause);
        } catch (TimeoutException e) {
            var _ = channel.close();
            throw new IOException("no WebSocket with " + uri + ": no answer in " + timeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var _ = channel.close();
            throw new IOException("interrupted while connecting to " + uri, e);
        }
    }

    /** Waits for the handshake, then makes place for the link. */
    private static final class Opening extends ChannelInboundHandlerAdapter {
        private final WebSocketListener listener;
        private final CompletableFuture<WebSocketLink> opened;

        Opening(WebSocketListener listener, CompletableFuture<WebSocketLink> opened) {
            this.listener = listener;
            this.opened = opened;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, @Nullable Object event) throws Exception {
            if (event == WebSocketClientProtocolHandler.ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                WebSocketConnection link = new WebSocketConnection(context.channel(), listener);
                link.addTo(context.pipeline());
                context.pipeline().remove(this);
                opened.complete(link);
            } else if (event == WebSocketClientProtocolHandler.ClientHandshakeStateEvent.HANDSHAKE_TIMEOUT) {
                exceptionCaught(context, new IOException("no answer to the opening request"));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            opened.completeExceptionally(cause);
            var _ = context.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            opened.completeExceptionally(new IOException("the other end closed the connection"));
        }
    }
}
