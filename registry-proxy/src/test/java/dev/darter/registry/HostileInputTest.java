package dev.darter.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes over the socket: an answer in the specification's format, nothing upstream, nothing on disk. */
@Timeout(120)
class HostileInputTest {

    private static final String DIGEST = "sha256:" + "a".repeat(64);

    @TempDir
    private Path data;
    private FakeRegistry registry;
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws Exception {
        registry = new FakeRegistry();
        proxy = new ProxyFixture(data, UnaryOperator.identity(), "team.example=" + registry.url());
    }

    @AfterEach
    void stop() {
        proxy.close();
        registry.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "GET /v2/../../etc/passwd", "GET /v2/lib/../app/manifests/1", "GET /v2/lib/%2e%2e/app/manifests/1",
            "GET /v2/lib%2fapp/manifests/1",
            "GET /v2/LIB/manifests/1", "GET /v2/lib/manifests/..", "GET /v2/lib/blobs/sha256:abc", "GET /v2/lib/blobs/sha256:../../../x",
            "GET /v2/lib/blobs/md5:d41d8cd98f00b204e9800998ecf8427e", "GET /v2/lib/blobs/", "GET /v2//manifests/1", "GET //v2/", "GET /",
            "GET /v2/lib/manifests/1?ns=unknown.example", "GET /v2/lib/manifests/1?ns=", "GET /v2/lib/manifests/1?ns=..",
            "GET /v2/lib/manifests/1?ns=a%0d%0ab", "GET /v2/lib/manifests/1?ns=%zz", "GET /v2/lib/manifests/1?ns=team.example&ns=x",
            "GET /v2/unknown.example/lib/manifests/1", "GET /v2/lib/tags/list?n=%zz", "GET /v2/lib/tags/list?{}|",
            "GET /darter/token?scope=%zz",
            "GET /darter/../v2/", "GET /etc/passwd", "GET http://unknown.example/v2/", "GET http://user@team.example/v2/",
            "GET http:///v2/",
            "GET ftp://team.example/v2/", "GET gopher:x", "GET file:///etc/passwd", "GET v2/", "CONNECT unknown.example:443", "CONNECT x",
            "CONNECT 169.254.169.254:80", "OPTIONS *", "GET /v2/lib/manifests/\u0001",
            "POST /v2/lib/blobs/uploads/", "PUT /v2/lib/manifests/1", "PATCH /v2/lib/blobs/uploads/x", "DELETE /v2/lib/manifests/1",
            "POST /darter/token", "TRACE /v2/"})
    void answersBadRequestsAsTheClientsFault(String line) throws Exception {
        String answer = send(line + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(answer).matches("(?s)HTTP/1.1 4\\d\\d .*").contains("\"errors\"").doesNotContain(" 429 ");
        assertNoEffect();
    }

    @Test
    void answersOverlongRequestsAndLengthsThatAreNone() throws Exception {
        String longName = "a".repeat(20_000);
        for (String request : List.of("GET /v2/" + longName + "/manifests/1 HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v2/ HTTP/1.1\r\nHost: x\r\nX-Long: " + longName.repeat(5) + "\r\n\r\n",
                "GET /v2/ HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "GET /v2/ HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "GET /v2/" + "a".repeat(300) + "/manifests/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) {
            assertThat(send(request)).matches("(?s)HTTP/1.1 4\\d\\d .*").contains("\"errors\"");
        }
        assertNoEffect();
    }

    @Test
    void tellsPushersThatItIsForPulling() throws Exception {
        String answer = send("POST /v2/lib/blobs/uploads/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 405 ").contains("\"UNSUPPORTED\"").containsIgnoringCase("\r\nallow: GET, HEAD");
    }

    @Test
    void putsNothingFromTheHostHeaderIntoAChallengeThatDoesNotBelongThere() throws Exception {
        registry.wants("Bearer x", "Bearer realm=\"http://auth.example/token\"");
        for (String host : List.of("a\" b", "a,b", "", "a/b", "évil")) {
            String answer = send("GET /v2/ HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
            assertThat(answer).doesNotContain("/darter/token");
        }
    }

    /** Random requests, most of them nearly right: no 5xx but for an upstream that lacks the content, no hang. */
    @Test
    void survivesRandomRequests() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> pieces = List.of("/", "v2", "lib", "..", "%2e", "manifests", "blobs", "tags", "list", DIGEST, "1", "team.example",
                "?ns=",
                "&", ":", "referrers", "\\", "//", "%00", "é", "http://", "_catalog", "@", "#", ";", "=");
        for (int round = 0; round < 300; round++) {
            StringBuilder target = new StringBuilder(random.nextBoolean() ? "/v2/" : "");
            for (int i = random.nextInt(8); i >= 0; i--) {
                target.append(pieces.get(random.nextInt(pieces.size()))).append(random.nextBoolean() ? "/" : "");
            }
            String answer = send("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(answer).as("seed %s, target %s", seed, target).matches("(?s)HTTP/1.1 [24]\\d\\d .*");
        }
    }

    private void assertNoEffect() throws IOException {
        assertThat(registry.seen()).isEmpty();
        assertThat(proxy.source.opened()).isEmpty();
        try (Stream<Path> files = Files.walk(data)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    private String send(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
