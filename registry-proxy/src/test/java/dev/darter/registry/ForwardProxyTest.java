package dev.darter.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.protocol.Digest;

/** Clients that take the agent for their HTTP proxy. */
@Timeout(120)
class ForwardProxyTest {

    @TempDir
    private Path data;
    private FakeRegistry registry;
    private ProxyFixture proxy;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        registry = new FakeRegistry();
        proxy = new ProxyFixture(data, UnaryOperator.identity(), "team.example=" + registry.url());
        client = HttpClient.newBuilder()
                .proxy(ProxySelector.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port())))
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        proxy.close();
        registry.close();
    }

    @Test
    void cachesWhatItFetchesForThem() throws Exception {
        byte[] layer = TestBytes.random(4_000, 2);
        Digest digest = registry.blob(layer);
        for (int i = 0; i < 2; i++) {
            assertThat(get("/v2/lib/app/blobs/" + digest).body()).isEqualTo(layer);
        }
        assertThat(registry.seen("GET")).containsExactly("GET /v2/lib/app/blobs/" + digest);
    }

    @Test
    void passesOtherPathsOfTheRegistryThrough() throws Exception {
        registry.intercept(exchange -> {
            FakeRegistry.answer(exchange, 418, new DefaultHttpHeaders(), "from the registry");
            return true;
        });
        HttpResponse<byte[]> answer = get("/service/token?scope=x");
        assertThat(answer.statusCode()).isEqualTo(418);
        assertThat(registry.seen("GET")).containsExactly("GET /service/token?scope=x");
    }

    @Test
    void keepsListsWithTheirLinks() throws Exception {
        HttpResponse<byte[]> answer = get("/v2/lib/app/tags/list");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("{\"tags\":[\"a\"]}");
        assertThat(ProxyFixture.header(answer, "Link")).isEqualTo("</v2/lib/app/tags/list?n=1&last=a>; rel=\"next\"");
    }

    @Test
    void tunnelsToTheRegistry() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            OutputStream out = socket.getOutputStream();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            out.write(("CONNECT " + registry.authority() + " HTTP/1.1\r\nHost: " + registry.authority() + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(head(in)).startsWith("HTTP/1.1 200 ");
            out.write("GET /v2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).startsWith("HTTP/1.1 200 ").endsWith("{}");
        }
    }

    @Test
    void saysWhenATunnelCanNotBeMade() throws Exception {
        registry.close();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            socket.getOutputStream()
                    .write(("CONNECT " + registry.authority() + " HTTP/1.1\r\nHost: x\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(head(socket.getInputStream())).startsWith("HTTP/1.1 503 ");
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private HttpResponse<byte[]> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(registry.url() + path)).build(), BodyHandlers.ofByteArray());
    }
}
