package dev.darter.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.darter.protocol.Digest;

class ManifestParserTest {

    private static final Digest A = digest('a');
    private static final Digest B = digest('b');
    private static final Digest C = digest('c');

    @Test
    void listsConfigAndLayersButNotTheSubject() {
        Manifest manifest = parse("""
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "artifactType": "x/y",
                 "subject": {"digest": "%s", "size": 1},
                 "config": {"mediaType": "c/d", "digest": "%s", "size": 7},
                 "layers": [{"mediaType": "e/f", "digest": "%s", "size": 8}]}
                """.formatted(C, A, B)).orElseThrow();
        assertThat(manifest.listedDigests()).containsExactly(A, B);
        assertThat(manifest.listed().getFirst()).isEqualTo(new Descriptor(ContentKind.BLOB, A, OptionalLong.of(7), Optional.of("c/d")));
        assertThat(manifest.contentType()).isEqualTo(Manifest.OCI_MANIFEST);
    }

    /** Registries accept layers that lie elsewhere without looking whether they have them; Go reads the key in any case. */
    @ParameterizedTest
    @ValueSource(strings = {"urls", "URLs", "url\u017f"})
    void leavesOutWhatLiesElsewhere(String key) {
        Manifest manifest = parse("""
                {"config": {"digest": "%s"}, "layers": [{"digest": "%s", "%s": ["https://elsewhere/"]}, {"digest": "%s"}]}
                """.formatted(A, B, key, C)).orElseThrow();
        assertThat(manifest.listedDigests()).containsExactly(A, C);
    }

    /** A registry checks the fields of one kind and passes over the others, in which anything may stand. */
    @ParameterizedTest
    @ValueSource(strings = {
            "'config':{'digest':'%1$s'},'blobs':[{'digest':'%1$s'}]",
            "'config':{'digest':'%1$s'},'manifests':[]",
            "'layers':[{'digest':'%1$s'}],'fsLayers':[{'blobSum':'%1$s'}]",
            "'manifests':[{'digest':'%1$s'}],'layers':null",
            "'mediaType':'application/vnd.oci.image.manifest.v1+json','manifests':[{'digest':'%1$s'}]",
            "'mediaType':'application/vnd.oci.image.index.v1+json','config':{'digest':'%1$s'},'layers':[{'digest':'%1$s'}]",
            "'mediaType':'application/vnd.future+json','layers':[{'digest':'%1$s'}]",
            "'mediaType':'','layers':[{'digest':'%1$s'}]",
            "'mediaType':7,'layers':[{'digest':'%1$s'}]"})
    void listsNothingWhereTheKindIsInDoubt(String fields) {
        assertThat(parse(("{" + fields + "}").replace('\'', '"').formatted(A)).orElseThrow().listed()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({Manifest.OCI_MANIFEST + ",layers,digest", Manifest.DOCKER_MANIFEST + ",layers,digest",
            Manifest.OCI_INDEX + ",manifests,digest", Manifest.DOCKER_LIST + ",manifests,digest",
            Manifest.OCI_ARTIFACT + ",blobs,digest", Manifest.DOCKER_OLD + ",fsLayers,blobSum",
            Manifest.DOCKER_OLD_SIGNED + ",fsLayers,blobSum"})
    void listsWhatTheNamedKindChecks(String mediaType, String field, String key) {
        assertThat(parse("{\"mediaType\":\"%s\",\"%s\":[{\"%s\":\"%s\"}]}".formatted(mediaType, field, key, A)).orElseThrow()
                .listedDigests()).containsExactly(A);
    }

    /** Registries would take the others for an empty index if they were pushed as one. */
    @Test
    void listsOnlyImagesAndIndexesWithoutAMediaType() {
        assertThat(parse("{\"manifests\":[{\"digest\":\"" + A + "\"},{\"digest\":\"" + B + "\"}]}").orElseThrow().listedDigests())
                .containsExactly(A, B);
        assertThat(parse("{\"config\":{\"digest\":\"" + A + "\"}}").orElseThrow().listedDigests()).containsExactly(A);
        assertThat(parse("{\"blobs\":[{\"digest\":\"" + A + "\"}]}").orElseThrow().listed()).isEmpty();
        assertThat(parse("{\"fsLayers\":[{\"blobSum\":\"" + A + "\"}]}").orElseThrow().listed()).isEmpty();
    }

    @Test
    void deducesTheTypeOfDocumentsWithoutOne() {
        assertThat(parse("{\"manifests\":[]}").orElseThrow().contentType()).isEqualTo(Manifest.OCI_INDEX);
        assertThat(parse("{\"config\":{},\"layers\":[]}").orElseThrow().contentType()).isEqualTo(Manifest.OCI_MANIFEST);
        assertThat(parse("{\"blobs\":[]}").orElseThrow().contentType()).isEqualTo(Manifest.OCI_ARTIFACT);
        assertThat(parse("{\"fsLayers\":[]}").orElseThrow().contentType()).isEqualTo(Manifest.DOCKER_OLD);
        assertThat(parse("{\"fsLayers\":[],\"signatures\":[]}").orElseThrow().contentType()).isEqualTo(Manifest.DOCKER_OLD_SIGNED);
        assertThat(parse("{\"mediaType\":\"application/vnd.future+json\"}").orElseThrow().contentType())
                .isEqualTo("application/vnd.future+json");
    }

    /** A registry written in Go would read other layers from such documents than the proxy. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"layers\":[%s],\"Layers\":[]}", "{\"layers\":[%s],\"layers\":[]}", "{\"LAYERS\":[%s]}", "[%s]", "%s,", "",
            "null",
            "\"text\"", "{\"layers\":[%s]", "{\"layers\":[%s]} {}"})
    void takesNothingFromDocumentsThatCanBeReadInTwoWays(String template) {
        Optional<Manifest> manifest = parse(template.formatted("{\"digest\":\"" + A + "\"}"));
        assertThat(manifest.map(Manifest::listedDigests).stream().flatMap(java.util.List::stream)).isEmpty();
    }

    @Test
    void takesNothingFromDescriptorsThatCanBeReadInTwoWays() {
        assertThat(parse("{\"layers\":[{\"digest\":\"" + A + "\",\"Digest\":\"" + B + "\"}]}").orElseThrow().listed()).isEmpty();
    }

    @Test
    void survivesOddValues() {
        Manifest manifest = parse(
                "{\"manifests\":[null,1,{\"digest\":\"md5:1\"},"
                        + "{\"digest\":\"" + A + "\",\"size\":-5},{\"digest\":\"" + B + "\",\"size\":1e400}]}")
                .orElseThrow();
        assertThat(manifest.listedDigests()).containsExactly(A, B);
        assertThat(manifest.listed()).extracting(Descriptor::size).containsOnly(OptionalLong.empty());
        Manifest image = parse("{\"mediaType\":7,\"config\":\"x\",\"layers\":{\"digest\":1}}").orElseThrow();
        assertThat(image.mediaType()).isEmpty();
        assertThat(image.listed()).isEmpty();
        assertThat(parse("[".repeat(100_000))).isEmpty();
        assertThat(parse("{\"a\":".repeat(100_000))).isEmpty();
    }

    private static Optional<Manifest> parse(String json) {
        return ManifestParser.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static Digest digest(char digit) {
        return Digest.parse("sha256:" + String.valueOf(digit).repeat(64));
    }
}
