package dev.darter.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.darter.registry.upstream.EnvironmentProxies;
import dev.darter.registry.upstream.UpstreamConfig;
import dev.darter.registry.upstream.UpstreamTimeouts;
import dev.darter.registry.upstream.Upstreams;

class AddressBookTest {

    private Upstreams upstreams;
    private AddressBook book;

    @BeforeEach
    void open() throws Exception {
        List<String> names = List.of("docker.io", "ghcr.io", "localhost:5000=http://localhost:5000", "local=http://localhost:5000",
                "harbor.example=https://harbor.example/base");
        upstreams = Upstreams.open(names.stream().map(UpstreamConfig::parse).toList(), UpstreamTimeouts.DEFAULT, EnvironmentProxies.none(),
                InstantSource.system());
        book = new AddressBook(upstreams);
    }

    @AfterEach
    void close() {
        upstreams.close();
    }

    @ParameterizedTest
    @CsvSource({
            "lib/app/manifests/1, ghcr.io, https://ghcr.io, lib/app/manifests/1, NAMESPACE",
            "ghcr.io/lib/app/manifests/1, ghcr.io, https://ghcr.io, lib/app/manifests/1, NAMESPACE",
            "ghcr.io/lib/app/manifests/1, docker.io, https://registry-1.docker.io, ghcr.io/lib/app/manifests/1, NAMESPACE",
            "local/app/manifests/1, localhost:5000, http://localhost:5000, local/app/manifests/1, NAMESPACE",
            "library/app/manifests/1, registry-1.docker.io, https://registry-1.docker.io, library/app/manifests/1, NAMESPACE",
            "ghcr.io/lib/app/manifests/1, , https://ghcr.io, lib/app/manifests/1, PREFIX",
            "localhost:5000/app/manifests/1, , http://localhost:5000, app/manifests/1, PREFIX",
            "local/app/manifests/1, , http://localhost:5000, app/manifests/1, PREFIX",
            "ghcr.io/, , https://ghcr.io, '', PREFIX",
            "library/app/manifests/1, , https://registry-1.docker.io, library/app/manifests/1, DEFAULT",
            "'', , https://registry-1.docker.io, '', DEFAULT",
            "'', GHCR.io, https://ghcr.io, '', NAMESPACE"})
    void findsTheRegistry(String path, String namespace, String registry, String rest, Address.Style style) throws Exception {
        Address address = book.find(path, Optional.ofNullable(namespace));
        assertThat(address.upstream().identity()).isEqualTo(registry);
        assertThat(address.path()).isEqualTo(rest);
        assertThat(address.style()).isEqualTo(style);
    }

    @ParameterizedTest
    @CsvSource({"lib/app/manifests/1, quay.io", "quay.io/lib/app/manifests/1,", "127.0.0.1:5000/app/manifests/1,",
            "localhost/app/manifests/1,"})
    void namesTheOptionThatWouldAllowARegistry(String path, String namespace) {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> book.find(path, Optional.ofNullable(namespace)))
                .withMessageMatching(".*start the agent with --upstream (quay.io|127.0.0.1:5000|localhost) to allow it")
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(404));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "..", "../..", "a/b", "a@b", "ghcr.io:123456", "ghcr.io\r\nX: y", "http://ghcr.io", "%67hcr.io",
            "[::1"})
    void refusesNamesThatAreNone(String namespace) {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> book.find("a/manifests/1", Optional.of(namespace)))
                .satisfies(refused -> assertThat(refused.status()).isBetween(400, 499));
    }

    @Test
    void proxiesOnlyAllowedRegistries() throws Exception {
        assertThat(book.find(URI.create("http://localhost:5000/v2/app/manifests/1")).path()).isEqualTo("v2/app/manifests/1");
        assertThat(book.find(URI.create("https://HARBOR.example:443/base/v2/")).path()).isEqualTo("v2/");
        for (String other : Arrays.asList("http://localhost:5001/v2/", "https://localhost:5000/v2/", "http://evil.example/v2/",
                "https://harbor.example/other/v2/", "https://harbor.example/basement/v2/", "http://localhost:5000.evil.example/v2/")) {
            assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> book.find(URI.create(other)))
                    .satisfies(refused -> assertThat(refused.status()).isEqualTo(403));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../admin", "v2/../../admin", "%2e%2E/admin", "v2/..%2fadmin", "v2/%5c..%5cadmin", "./v2/", "v2/..",
            "v2/..;x/y"})
    void proxiesNothingOutsideOfTheBase(String path) {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> book.find(URI.create("https://harbor.example/base/" + path)))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(400));
    }

    @Test
    void proxiesNamesWithDots() throws Exception {
        assertThat(book.find(URI.create("https://harbor.example/base/v2/a..b/.c/tags/list")).path()).isEqualTo("v2/a..b/.c/tags/list");
    }

    @Test
    void tunnelsOnlyToAllowedRegistries() throws Exception {
        assertThat(book.atAuthority("ghcr.io:443").identity()).isEqualTo("https://ghcr.io");
        assertThat(book.atAuthority("registry-1.docker.io:443").identity()).isEqualTo("https://registry-1.docker.io");
        for (String other : List.of("ghcr.io:22", "evil.example:443", "ghcr.io", "", "169.254.169.254:80", "ghcr.io:443:443")) {
            assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> book.atAuthority(other));
        }
    }

    @Test
    void rewritesScopesIntoTheRegistrysWords() throws Exception {
        TokenScopes scopes = TokenScopes.of(List.of("repository:ghcr.io/lib/app:pull repository:ghcr.io/lib/base:pull,push",
                "repository:library/other:pull", "registry:catalog:*", "nonsense"), book);
        assertThat(scopes.upstream().identity()).isEqualTo("https://ghcr.io");
        assertThat(scopes.scopes()).containsExactly("repository:lib/app:pull", "repository:lib/base:pull,push");
        assertThat(TokenScopes.of(List.of(), book).upstream().identity()).isEqualTo("https://registry-1.docker.io");
        assertThat(TokenScopes.of(List.of("repository:localhost:5000/app:pull"), book).scopes()).containsExactly("repository:app:pull");
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> TokenScopes.of(List.of("repository:ghcr.io/../../x:pull"), book));
    }

    @Test
    void keepsNextPagesWithTheirRegistry() throws Exception {
        String link = "</v2/lib/app/tags/list?n=2&last=b>; rel=\"next\"";
        assertThat(LinkRewriter.forClient(book.find("", Optional.of("localhost:5000")), link))
                .isEqualTo("</v2/lib/app/tags/list?n=2&last=b&ns=localhost%3A5000>; rel=\"next\"");
        assertThat(LinkRewriter.forClient(book.find("ghcr.io/", Optional.empty()), link))
                .isEqualTo("</v2/ghcr.io/lib/app/tags/list?n=2&last=b>; rel=\"next\"");
        assertThat(LinkRewriter.forClient(book.find("ghcr.io/", Optional.empty()), "<https://ghcr.io/v2/x/tags/list>; rel=\"next\""))
                .isEqualTo("</v2/ghcr.io/x/tags/list>; rel=\"next\"");
        assertThat(LinkRewriter.forClient(book.find("", Optional.empty()), link)).isEqualTo(link);
    }
}
