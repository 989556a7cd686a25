package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a mirror is asked that nobody should ask: it says so in the specification's words and does nothing else. */
final class BadInputIT {
    private static final String DIGEST = "sha256:" + "a".repeat(64);
    private static final JsonMapper JSON = new JsonMapper();

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    @Test
    void badRequestsAreRefusedAndLeaveNothing() throws IOException {
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
        DarterAgent agent = DarterCluster.start(sandbox, 1, origin).agent(1);
        List<Path> before = files(agent.data());

        for (String target : badTargets()) {
            assertRefused(agent, "GET " + target + " HTTP/1.1\r\nHost: mirror\r\nConnection: close\r\n\r\n");
        }
        String overlong = "GET /v2/ HTTP/1.1\r\nHost: mirror\r\nConnection: close\r\nX-Long: " + "x".repeat(200_000) + "\r\n\r\n";
        assertRefused(agent, overlong);
        assertRefused(agent, "GET /v2/ HTTP/1.1\r\nHost: mirror\r\nContent-Length: 99999999999999999999\r\n\r\n");
        assertRefused(agent, "GET /v2/ HTTP/1.1\r\nHost: mirror\r\nContent-Length: -1\r\n\r\n");
        assertRefused(agent, "GET /v2/" + "a/".repeat(60_000) + "manifests/latest HTTP/1.1\r\nHost: mirror\r\nConnection: close\r\n\r\n");

        assertThat(files(agent.data())).isEqualTo(before);
        assertThat(origin.transfers()).as("requests that reached the registry").isEmpty();
        assertThat(RawConnection.exchange(agent.proxyPort(), "GET /v2/ HTTP/1.1\r\nHost: mirror\r\nConnection: close\r\n\r\n").status())
                .as("it still answers")
                .isEqualTo(200);
    }

    private static List<String> badTargets() {
        return List.of(
                "/v2/e2e/hello/blobs/sha256:abc",
                "/v2/e2e/hello/blobs/sha256:" + "g".repeat(64),
                "/v2/e2e/hello/blobs/SHA256:" + "a".repeat(64),
                "/v2/e2e/hello/blobs/md5:" + "a".repeat(32),
                "/v2/e2e/hello/blobs/latest",
                "/v2/e2e/hello/blobs/" + DIGEST.replace("sha256:", "sha256:../"),
                "/v2/e2e/hello/blobs/sha256:..%2F..%2Fetc%2Fpasswd",
                "/v2/e2e/hello/manifests/" + "t".repeat(200),
                "/v2/e2e/hello/manifests/-latest",
                "/v2/e2e/hello/manifests/sha256:abc",
                "/v2/E2E/Hello/manifests/latest",
                "/v2/e2e//hello/manifests/latest",
                "/v2/../../etc/passwd/manifests/latest",
                "/v2/e2e/../hello/blobs/" + DIGEST,
                "/v2/e2e/%2e%2e/hello/blobs/" + DIGEST,
                "/v2/e2e/..%2f..%2fhello/blobs/" + DIGEST,
                "/v2/e2e/he%00llo/blobs/" + DIGEST,
                "/v2/e2e/hello/blobs/" + DIGEST + "?ns=other.test",
                "/v2/e2e/hello/manifests/latest?ns=other.test",
                "/v2/e2e/hello/manifests/latest?ns=registry.test/../other.test",
                "/v2/e2e/hello/manifests/latest?ns=127.0.0.1:9");
    }

    private static void assertRefused(DarterAgent agent, String request) {
        String line = request.substring(0, Math.min(120, request.indexOf('\r')));
        RawConnection.Reply reply = RawConnection.exchange(agent.proxyPort(), request);
        assertThat(reply.status()).as(line).isBetween(400, 499).isNotEqualTo(429);
        JsonNode errors = JSON.readTree(reply.body()).path("errors");
        assertThat(errors.isArray() && !errors.isEmpty()).as("errors in %s to %s", reply.body(), line).isTrue();
        assertThat(errors.get(0).path("code").asString()).as("code in the answer to %s", line).matches("[A-Z_]+");
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted().toList();
        }
    }
}
