package dev.darter.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

final class CodecTest {

    private static final String HELLO = "{\"type\":\"hello\",\"version\":1,\"self\":{\"host\":\"a\",\"address\":\"127.0.0.1:65002\",\"zone\":\"z\"}";

    @Test
    void everyMessageComesBackAsItWas() throws Exception {
        long seed = System.nanoTime();
        System.out.println("CodecTest seed " + seed);
        RandomMessages random = new RandomMessages(new SplittableRandom(seed));
        for (int round = 0; round < 200; round++) {
            comesBack(Codec.PEER, random.oneOfEach(PeerMessage.class));
            comesBack(Codec.AGENT, random.oneOfEach(AgentMessage.class));
            comesBack(Codec.SCHEDULER, random.oneOfEach(SchedulerMessage.class));
        }
    }

    private static <M> void comesBack(Codec<M> codec, List<M> messages) throws ProtocolException {
        for (M message : messages) {
            assertThat(codec.decode(codec.encode(message))).isEqualTo(message);
        }
    }

    @Test
    void ignoresFieldsThatItDoesNotKnow() throws Exception {
        PeerMessage message = Codec.PEER.decode(HELLO + ",\"mood\":{\"of\":[\"the\",\"day\"]}}");
        assertThat(message).isEqualTo(new PeerMessage.Hello(1, new Member(new HostId("a"), "127.0.0.1:65002", "z")));
    }

    @Test
    void namesTheTypeThatItDoesNotKnow() {
        assertThatThrownBy(() -> Codec.PEER.decode("{\"type\":\"dance\"}")).isInstanceOf(ProtocolException.class)
                .hasMessage("Message type 'dance' is unknown here");
    }

    @Test
    void refusesWhatIsNoMessage() {
        String open = "[".repeat(100);
        for (String text : List.of("", "null", "7", "[]", "{}", "hello", HELLO, HELLO + "} x", HELLO.replace("1,", "null,") + "}",
                "{\"type\":\"hello\",\"version\":1}", "{\"type\":\"hello\",\"version\":1,\"self\":null}",
                HELLO.replace("\"a\"", "\"../a\"") + "}",
                HELLO + ",\"deep\":" + open + "]".repeat(100) + "}", "{\"type\":\"cancel\",\"request\":\"many\"}")) {
            assertThatThrownBy(() -> Codec.PEER.decode(text)).as(text).isInstanceOf(ProtocolException.class);
        }
    }

    /** A scheduler uses them as indices and in sums. */
    @Test
    void refusesNumbersThatCountNothing() {
        String blob = "\"blob\":{\"registry\":\"http://r.test\",\"digest\":\"sha256:" + "ab".repeat(32) + "\"}";
        for (String text : List.of("{\"type\":\"moved\"," + blob + ",\"stripe\":-1,\"from\":\"a\",\"to\":\"b\"}",
                "{\"type\":\"moved\"," + blob + ",\"stripe\":64,\"from\":\"a\",\"to\":\"b\"}",
                "{\"type\":\"join\"," + blob + ",\"size\":-1,\"chunks\":-1,\"canReadOrigin\":true}",
                "{\"type\":\"lease-end\"," + blob + ",\"epoch\":1,\"outcome\":\"DONE\",\"boundary\":-1,\"retryAfterMillis\":0}",
                "{\"type\":\"lease-end\"," + blob + ",\"epoch\":1,\"outcome\":\"DONE\",\"boundary\":0,\"retryAfterMillis\":-1}")) {
            assertThatThrownBy(() -> Codec.AGENT.decode(text)).as(text).isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void refusesNullWhereAListHasElements() {
        assertThatThrownBy(() -> Codec.SCHEDULER.decode("{\"type\":\"members\",\"joined\":[],\"ownKeys\":[],\"left\":[null]}"))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void refusesATextThatIsTooLong() {
        String text = HELLO + " ".repeat(Codec.MAX_TEXT_LENGTH) + "}";
        assertThatThrownBy(() -> Codec.PEER.decode(text)).isInstanceOf(ProtocolException.class).hasMessageContaining("too long");
    }

    @Test
    void refusesASetOfMoreChunksThanABlobCanHave() {
        String text = "{\"type\":\"have\",\"blob\":{\"registry\":\"http://r\",\"digest\":\"sha256:" + "a".repeat(64)
                + "\"},\"size\":1,\"layout\":1,\"chunks\":\"0-2147483646\",\"states\":[],\"lone\":[]}";
        assertThatThrownBy(() -> Codec.PEER.decode(text)).isInstanceOf(ProtocolException.class).hasMessageContaining("0-2147483646");
    }

    @Test
    void rejectsNumbersThatWouldMakeTheReceiverAllocate() {
        String path = "{\"type\":\"path\",\"blob\":{\"registry\":\"r\",\"digest\":\"sha256:" + "0".repeat(64)
                + "\"},\"stripe\":2147483647,\"ancestors\":[]}";
        String have = "{\"type\":\"have\",\"blob\":{\"registry\":\"r\",\"digest\":\"sha256:" + "0".repeat(64)
                + "\"},\"size\":10,\"layout\":1,\"chunks\":\"0-4000000\",\"states\":[],\"lone\":[]}";

        assertThatThrownBy(() -> Codec.PEER.decode(path)).isInstanceOf(ProtocolException.class).hasMessageContaining("no stripe");
        assertThatThrownBy(() -> Codec.PEER.decode(have)).isInstanceOf(ProtocolException.class).hasMessageContaining("behind the end");
    }

    @Test
    void shortensPausesThatNobodyWouldWaitFor() throws Exception {
        String end = "{\"type\":\"lease-end\",\"blob\":{\"registry\":\"r\",\"digest\":\"sha256:" + "0".repeat(64)
                + "\"},\"epoch\":1,\"outcome\":\"THROTTLED\",\"boundary\":0,\"retryAfterMillis\":9223372036854775807}";
        String throttle = "{\"type\":\"throttle\",\"registry\":\"r\",\"millis\":9223372036854775807}";
        assertThat(((AgentMessage.LeaseEnd) Codec.AGENT.decode(end)).retryAfterMillis()).isEqualTo(AgentMessage.LONGEST_PAUSE_MILLIS);
        assertThat(((SchedulerMessage.Throttle) Codec.SCHEDULER.decode(throttle)).millis()).isEqualTo(AgentMessage.LONGEST_PAUSE_MILLIS);
    }

    @Test
    void refusesSizesThatNoBlobHas() {
        String blob = "\"blob\":{\"registry\":\"r\",\"digest\":\"sha256:" + "0".repeat(64) + "\"},\"size\":";
        for (String size : List.of("4611686018427387904", "-2")) {
            String have = "{\"type\":\"have\"," + blob + size + ",\"layout\":1,\"chunks\":\"0\",\"states\":[],\"lone\":[]}";
            String holds = "{\"type\":\"holds\"," + blob + size + "}";
            assertThatThrownBy(() -> Codec.PEER.decode(have)).isInstanceOf(ProtocolException.class).hasMessageContaining("can't have");
            assertThatThrownBy(() -> Codec.AGENT.decode(holds)).isInstanceOf(ProtocolException.class).hasMessageContaining("can't have");
        }
    }
}
