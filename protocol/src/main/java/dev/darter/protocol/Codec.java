package dev.darter.protocol;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes messages as JSON and reads them back. Fields that this version does not know are ignored, so that a newer host can add some; a type
 * that it does not know, a missing field or a text over {@link #MAX_TEXT_LENGTH} is a {@link ProtocolException}. Thread-safe.
 *
 * @param <M> the sealed interface of the messages
 */
public final class Codec<M> {

    /** The longest text that is read, in characters; a WebSocket frame may have as many bytes. */
    public static final int MAX_TEXT_LENGTH = 8 << 20;

    private static final int MAX_DEPTH = 32;

    private static final JsonMapper JSON = JsonMapper
            .builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxDocumentLength(MAX_TEXT_LENGTH).build())
                    .build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES, DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Between two agents. */
    public static final Codec<PeerMessage> PEER = new Codec<>(PeerMessage.class);

    /** From an agent to its scheduler. */
    public static final Codec<AgentMessage> AGENT = new Codec<>(AgentMessage.class);

    /** From a scheduler to an agent. */
    public static final Codec<SchedulerMessage> SCHEDULER = new Codec<>(SchedulerMessage.class);

    private final ObjectReader reader;
    private final ObjectWriter writer;

    private Codec(Class<M> type) {
        reader = JSON.readerFor(type);
        writer = JSON.writerFor(type);
    }

    /** The message as one line of JSON. */
    public String encode(M message) {
        return writer.writeValueAsString(message);
    }

    /** Reads what {@link #encode} wrote, here or on another host. */
    public M decode(String text) throws ProtocolException {
        if (text.length() > MAX_TEXT_LENGTH) {
            throw new ProtocolException("A message of " + text.length() + " characters is too long: at most " + MAX_TEXT_LENGTH);
        }
        M message;
        try {
            message = reader.readValue(text);
        } catch (InvalidTypeIdException e) {
            throw new ProtocolException("Message type '" + e.getTypeId() + "' is unknown here", e);
        } catch (JacksonException e) {
            throw new ProtocolException("Not a message: " + e.getOriginalMessage(), e);
        }
        if (message == null) {
            throw new ProtocolException("Not a message: null");
        }
        return message;
    }
}
