package dev.darter.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.darter.protocol.Digest;

class RouteTest {

    private static final String DIGEST = "sha256:" + "a".repeat(64);

    @Test
    void readsWhatARegistryHas() throws Exception {
        assertThat(Route.parse("")).isEqualTo(new Route.Base());
        assertThat(Route.parse("_catalog")).isEqualTo(new Route.Catalog());
        assertThat(Route.parse("a/b/manifests/v1.0")).isEqualTo(new Route.Manifest("a/b", new Reference.Tag("v1.0")));
        assertThat(Route.parse("a/manifests/" + DIGEST))
                .isEqualTo(new Route.Manifest("a", new Reference.ByDigest(Digest.parse(DIGEST))));
        assertThat(Route.parse("a/blobs/" + DIGEST)).isEqualTo(new Route.Blob("a", Digest.parse(DIGEST)));
        assertThat(Route.parse("a/referrers/" + DIGEST)).isEqualTo(new Route.Referrers("a", Digest.parse(DIGEST)));
        assertThat(Route.parse("a-b/c__d/tags/list")).isEqualTo(new Route.Tags("a-b/c__d"));
        assertThat(Route.parse("blobs/manifests/manifests/tags")).isEqualTo(
                new Route.Manifest("blobs/manifests", new Reference.Tag("tags")));
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "../etc/manifests/latest", "a/../b/manifests/latest", "a/./b/manifests/latest", "a//b/manifests/latest", "/a/manifests/latest",
            "A/manifests/latest", "a%2e%2e/manifests/latest", "a%2Fb/manifests/latest", "-a/manifests/latest", "a-/manifests/latest",
            "a..b/manifests/latest", "a___b/manifests/latest", "a\\b/manifests/latest", "a b/manifests/latest", "é/manifests/latest",
            "a/manifests/.hidden", "a/manifests/-dash", "a/manifests/", "a/manifests/..", "a/manifests/a%00", "a/manifests/sha256:short",
            "a/manifests/md5:d41d8cd98f00b204e9800998ecf8427e", "a/blobs/latest", "a/blobs/", "a/blobs/sha256:../../x",
            "a/tags/all", "a/tags/", "a/unknown/b", "manifests/latest", "manifests", "a", "a/", "/", "//", "///", "a/manifests/b/",
            "a/blobs/uploads/x"})
    void refusesEverythingElseAsTheClientsFault(String path) {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> Route.parse(path))
                .satisfies(refused -> assertThat(refused.status()).isBetween(400, 499));
    }

    @Test
    void limitsTheLengthOfNamesAndTags() throws Exception {
        assertThat(Route.parse("a".repeat(255) + "/manifests/" + "t".repeat(128))).isInstanceOf(Route.Manifest.class);
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> Route.parse("a".repeat(256) + "/manifests/t"));
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> Route.parse("a/manifests/" + "t".repeat(129)));
    }

    @Test
    void readsUpperCaseDigestsAsMalformed() {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> Route.parse("a/blobs/sha256:" + "A".repeat(64)))
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.DIGEST_INVALID));
    }

    @Test
    void repeatsOnlyHarmlessCharactersInMessages() {
        assertThat(Names.shown("a\r\nSet-Cookie: \u0007é" + "x".repeat(500))).hasSizeLessThan(110).matches("[\\x21-\\x7e…]*");
    }
}
