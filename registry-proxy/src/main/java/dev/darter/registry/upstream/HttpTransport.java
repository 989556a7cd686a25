package dev.darter.registry.upstream;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpTimeoutException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;
import dev.darter.service.Failures;

/** One request, one answer, no redirects: the JDK's client with time limits, and with failures as {@link OriginException}s. */
final class HttpTransport implements AutoCloseable {

    static {
        // The JDK refuses Basic authentication to a proxy that tunnels HTTPS unless told otherwise; that is how such proxies are used.
        setUnlessSet("jdk.http.auth.tunneling.disabledSchemes", "");
        // Four times the JDK's size: a blob of 2 GiB then costs a third less processor time.
        setUnlessSet("jdk.httpclient.bufsize", "65536");
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** What goes out in one hop. */
    record Outgoing(String method, URI uri, List<Header> headers, Optional<String> form) {}

    private final HttpClient client;
    private final EnvironmentProxies proxies;
    private final UpstreamTimeouts timeouts;

    HttpTransport(SSLContext certificates, EnvironmentProxies proxies, UpstreamTimeouts timeouts) {
        this.proxies = proxies;
        this.timeouts = timeouts;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeouts.connect())
                .proxy(proxies.selector())
                .sslContext(certificates)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    UpstreamAnswer exchange(Outgoing outgoing) throws IOException, InterruptedException {
        String host = outgoing.uri().getAuthority();
        HttpRequest request = request(outgoing);
        try {
            return send(request);
        } catch (HttpConnectTimeoutException timeout) {
            throw OriginException.unreachable("no connection to " + host + " within " + timeouts.connect().toMillis() + " ms", timeout);
        } catch (HttpTimeoutException timeout) {
            throw OriginException.unreachable("no answer from " + host + " within " + timeouts.headers().toMillis() + " ms", timeout);
        } catch (IOException failure) {
            throw OriginException.unreachable("no answer from " + host + ": " + Failures.inWords(failure), failure);
        }
    }

    private UpstreamAnswer send(HttpRequest request) throws IOException, InterruptedException {
        try {
            return sendOnce(request);
        } catch (HttpTimeoutException | ConnectException | SSLException failure) {
            throw failure;
        } catch (IOException failure) {
            if (request.method().equals("POST")) {
                throw failure;
            }
            // A connection that breaks as its answer begins: for the JDK the request has failed, even if the head is there.
            return sendOnce(request);
        }
    }

    private UpstreamAnswer sendOnce(HttpRequest request) throws IOException, InterruptedException {
        return new UpstreamAnswer(client.send(request, _ -> new StreamingBody(timeouts.stall())));
    }

    private HttpRequest request(Outgoing outgoing) throws OriginException {
        try {
            HttpRequest.Builder builder = HttpRequest.newBuilder(outgoing.uri()).timeout(timeouts.headers());
            outgoing.headers().forEach(header -> builder.header(header.name(), header.value()));
            proxies.forTarget(outgoing.uri())
                    .flatMap(EnvironmentProxies.Server::authorization)
                    .ifPresent(authorization -> builder.header("Proxy-Authorization", authorization));
            outgoing.form().ifPresent(form -> builder.header("Content-Type", "application/x-www-form-urlencoded"));
            return builder
                    .method(outgoing.method(), outgoing.form().map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody))
                    .build();
        } catch (IllegalArgumentException unusable) {
            // Not the cause's message: it may repeat a header's value.
            throw unavailable("a request to " + outgoing.uri().getAuthority() + " with these headers can't be made", unusable);
        }
    }

    static OriginException unavailable(String message, Throwable cause) {
        OriginException failure = new OriginException(Kind.UNAVAILABLE, message, Optional.empty());
        failure.initCause(cause);
        return failure;
    }

    /** Cuts what is under way. */
    @Override
    public void close() {
        client.shutdownNow();
    }
}
