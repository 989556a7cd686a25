package dev.darter.service;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request on its connection. */
final class NettyExchange implements HttpExchange {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    private final Channel channel;
    private final HttpConnection connection;
    private final HttpRequest request;
    private final RequestTarget target;
    private final RequestBody requestBody;
    private final AtomicBoolean ended = new AtomicBoolean();
    /** Of the handler's thread alone. */
    private final List<ChannelFutureListener> leaveListeners = new ArrayList<>();
    private @Nullable NettyBodyWriter answer;
    private boolean keepAlive;
    private boolean handedOver;

    NettyExchange(Channel channel, HttpConnection connection, HttpRequest request) {
        this.channel = channel;
        this.connection = connection;
        this.request = request;
        this.target = new RequestTarget(request.uri());
        this.requestBody = new RequestBody(announcesBody(request));
    }

    /** The length of a request that was not understood may be no number, and what follows it is no body. */
    private static boolean announcesBody(HttpRequest request) {
        return !request.decoderResult().isFailure()
                && (HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0);
    }

    RequestBody requestBody() {
        return requestBody;
    }

    Channel channel() {
        return channel;
    }

    HttpRequest request() {
        return request;
    }

    HttpConnection connection() {
        return connection;
    }

    /** Runs the handler and settles what it left open; virtual thread. */
    void run(HttpHandler handler) {
        try {
            handler.handle(this);
            if (!handedOver && answer == null) {
                LOG.warn("{} {}: the handler gave no answer", method(), target.path());
                refuse(500, "internal error");
            }
        } catch (Throwable failure) {
            settle(failure);
        } finally {
            end();
        }
    }

    private void settle(Throwable failure) {
        boolean over = !channel.isActive() || (answer != null && answer.isComplete());
        if (failure instanceof IOException && over) {
            LOG.debug("{} {} ended with {}", method(), target.path(), failure.toString());
        } else {
            LOG.warn("{} {} failed", method(), target.path(), failure);
        }
        try {
            if (!isAnswered()) {
                refuse(500, "internal error");
            }
        } catch (IOException gone) {
            LOG.debug("{}: client left before its error", connection.sessions().name(), gone);
        }
    }

    private void end() {
        // With a client that left early there is still somebody to be told of it.
        ended.set(handedOver || channel.isActive() || (answer != null && answer.isComplete()));
        if (ended.get()) {
            // The connection may live for many more requests.
            leaveListeners.forEach(channel.closeFuture()::removeListener);
        }
        if (handedOver) {
            return;
        }
        boolean reusable = keepAlive && answer != null && answer.isComplete();
        if (answer != null && !answer.isComplete()) {
            var _ = channel.close();
        }
        channel.eventLoop().execute(() -> connection.answered(reusable));
    }

    /** Whether the client may still be sending what nobody is going to read. */
    boolean isUnread() {
        return request.decoderResult().isFailure() || requestBody.isOutstanding();
    }

    /** The connection is something else from now on, and no more the business of HTTP. */
    void handOver() {
        handedOver = true;
    }

    /** Answers with an error and ends the connection, whose further content can't be trusted. */
    void refuse(int status, String message) throws IOException {
        ErrorRenderer.ErrorBody error = connection.sessions().options().errors().render(status, message);
        HttpHeaders headers = new DefaultHttpHeaders().set(HttpHeaderNames.CONTENT_TYPE, error.contentType())
                .set(HttpHeaderNames.CONNECTION,
                        HttpHeaderValues.CLOSE);
        respond(status, headers, error.text().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String target() {
        return request.uri();
    }

    @Override
    public String path() {
        return target.path();
    }

    @Override
    public Optional<String> query(String name) {
        return queryAll(name).stream().findFirst();
    }

    @Override
    public List<String> queryAll(String name) {
        return target.query(name);
    }

    @Override
    public HttpHeaders headers() {
        return request.headers();
    }

    @Override
    public SocketAddress remote() {
        return channel.remoteAddress();
    }

    @Override
    public byte[] body(int maxBytes) throws IOException {
        if (!requestBody.isOutstanding()) {
            return requestBody.await(maxBytes);
        }
        if (HttpUtil.is100ContinueExpected(request)) {
            var _ = channel.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
        requestBody.allow(maxBytes);
        channel.eventLoop().execute(connection::proceed);
        return requestBody.await(maxBytes);
    }

    @Override
    public BodyWriter start(int status, HttpHeaders headers, long contentLength) throws IOException {
        if (isAnswered()) {
            throw new IllegalStateException("this request has its answer already");
        }
        if (!channel.isActive()) {
            throw new IOException("the client is gone");
        }
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), headers.copy());
        boolean closeWanted = headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
        boolean oldClient = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        keepAlive = HttpUtil.isKeepAlive(request) && !closeWanted && !connection.isDraining() && !requestBody.isOutstanding()
                && !(oldClient && contentLength < 0);
        boolean bodyless = request.method().equals(HttpMethod.HEAD) || status == 204 || status == 304;
        if (contentLength >= 0) {
            // 204 must not carry a length (RFC 9110, 8.6).
            if (status != 204) {
                HttpUtil.setContentLength(response, contentLength);
            }
        } else {
            response.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
            HttpUtil.setTransferEncodingChunked(response, !oldClient && !bodyless);
        }
        response.headers().remove(HttpHeaderNames.CONNECTION);
        HttpUtil.setKeepAlive(response.headers(), request.protocolVersion(), keepAlive);
        NettyBodyWriter writer = new NettyBodyWriter(channel, contentLength, bodyless);
        answer = writer;
        writer.open(response);
        return writer;
    }

    @Override
    public boolean isAnswered() {
        return answer != null || handedOver;
    }

    @Override
    public boolean isOpen() {
        return channel.isActive();
    }

    @Override
    public void onClose(Runnable action) {
        ChannelFutureListener left = _ -> {
            if (!ended.get()) {
                var _ = Thread.ofVirtual().name(connection.sessions().name() + "-left").start(action);
            }
        };
        leaveListeners.add(left);
        var _ = channel.closeFuture().addListener(left);
    }

    @Override
    public WebSocketLink upgradeToWebSocket(WebSocketListener listener) throws IOException {
        return WebSocketUpgrade.accept(this, listener);
    }

    @Override
    public void tunnelTo(HostPort destination) throws IOException {
        Tunnel.open(this, destination);
    }
}
