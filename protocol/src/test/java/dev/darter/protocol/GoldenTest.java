package dev.darter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What hosts of other versions send and expect, as files: whoever must change one changes the protocol. */
final class GoldenTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    record Golden<M>(Codec<M> codec, String folder, M message) {

        void check() throws Exception {
            JsonNode written = JSON.readTree(codec.encode(message));
            String text = read(folder + "/" + written.get("type").asString() + ".json");
            assertThat(written).isEqualTo(JSON.readTree(text));
            assertThat(codec.decode(text)).isEqualTo(message);
        }
    }

    private static String read(String name) throws IOException {
        try (InputStream file = GoldenTest.class.getResourceAsStream("/golden/" + name)) {
            assertThat(file).as("golden/%s", name).isNotNull();
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static Stream<Golden<?>> messages() {
        return Stream.of(Examples.peer().stream().map(message -> new Golden<>(Codec.PEER, "peer", message)),
                Examples.agent().stream().map(message -> new Golden<>(Codec.AGENT, "agent", message)),
                Examples.scheduler().stream().map(message -> new Golden<>(Codec.SCHEDULER, "scheduler", message))).flatMap(all -> all);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void messagesAreWrittenAsTheyEverWere(Golden<?> golden) throws Exception {
        golden.check();
    }

    @Test
    void everyKindOfMessageHasAnExample() {
        assertThat(kinds(Examples.peer())).hasSize(PeerMessage.class.getPermittedSubclasses().length);
        assertThat(kinds(Examples.agent())).hasSize(AgentMessage.class.getPermittedSubclasses().length);
        assertThat(kinds(Examples.scheduler())).hasSize(SchedulerMessage.class.getPermittedSubclasses().length);
    }

    private static Set<String> kinds(List<?> messages) {
        Set<String> kinds = new TreeSet<>();
        messages.forEach(message -> kinds.add(message.getClass().getSimpleName()));
        return kinds;
    }

    @Test
    void digests() throws Exception {
        for (JsonNode vector : JSON.readTree(read("digests.json"))) {
            Digest digest = Digest.parse(vector.get("digest").asString());
            byte[] content = vector.get("content").asString().getBytes(StandardCharsets.UTF_8);
            assertThat(Digest.of(digest.algorithm(), MessageDigest.getInstance(digest.algorithm().javaName()).digest(content)))
                    .isEqualTo(digest);
            assertThat(digest.toString()).isEqualTo(vector.get("digest").asString());
        }
    }

    @Test
    void layouts() throws Exception {
        for (JsonNode vector : JSON.readTree(read("layouts.json"))) {
            ChunkLayout layout = ChunkLayout.of(vector.get("layout").asInt(), vector.get("blobSize").asLong());
            assertThat(layout).isEqualTo(ChunkLayout.forSize(layout.blobSize()));
            assertThat(layout.chunkSize()).as("%s", layout).isEqualTo(vector.get("chunkSize").asInt());
            assertThat(layout.count()).as("%s", layout).isEqualTo(vector.get("count").asInt());
            if (layout.count() > 0) {
                assertThat(layout.length(layout.count() - 1)).as("%s", layout).isEqualTo(vector.get("lastLength").asInt());
                assertThat(layout.chunkAt(layout.blobSize() - 1)).as("%s", layout).isEqualTo(layout.count() - 1);
            }
        }
    }

    @Test
    void chunkSets() throws Exception {
        JsonNode vectors = JSON.readTree(read("chunk-sets.json"));
        assertThat(vectors).hasSize(Examples.chunkSets().size());
        for (int i = 0; i < vectors.size(); i++) {
            assertThat(Examples.chunkSets().get(i).toString()).isEqualTo(vectors.get(i).asString());
            assertThat(ChunkSet.parse(vectors.get(i).asString())).isEqualTo(Examples.chunkSets().get(i));
        }
    }

    @Test
    void signaturePayloads() throws Exception {
        JsonNode vectors = JSON.readTree(read("signature-payloads.json"));
        assertThat(SignaturePayload.ofStates(Examples.BLOB, Examples.LAYOUT, Examples.STATES)).isEqualTo(payload(vectors.get("states")));
        assertThat(SignaturePayload.ofChunk(Examples.BLOB, Examples.LAYOUT, Examples.LONE)).isEqualTo(payload(vectors.get("chunk")));
    }

    private static byte[] payload(JsonNode vector) {
        byte[] header = vector.get("header").asString().getBytes(StandardCharsets.UTF_8);
        byte[] hashes = HexFormat.of().parseHex(vector.get("hashes").asString());
        byte[] all = new byte[header.length + hashes.length];
        System.arraycopy(header, 0, all, 0, header.length);
        System.arraycopy(hashes, 0, all, header.length, hashes.length);
        return all;
    }
}
