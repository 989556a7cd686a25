package dev.darter.agent.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Codec;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.ProtocolException;
import dev.darter.service.HostPort;

/** Fetches all chain states of a blob from a neighbour in bulk. Blocking. */
public final class ChainClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int MAX_BYTES = Codec.MAX_TEXT_LENGTH;

    private ChainClient() {}

    /** What the neighbour has of the blob, with all signatures. */
    public static PeerMessage.Have fetch(Member from, BlobKey blob) throws IOException {
        try (DataConnection connection = DataConnection.open(HostPort.parse(from.address()).resolve(), TIMEOUT)) {
            byte[] body = connection.get(DataConnection.target(blob).replace("?", "/chain?"), MAX_BYTES, TIMEOUT);
            PeerMessage message = Codec.PEER.decode(new String(body, StandardCharsets.UTF_8));
            if (message instanceof PeerMessage.Have have && have.blob().equals(blob)) {
                return have;
            }
            throw new IOException(from.host() + " answers with something else than the chain of " + blob.digest());
        } catch (ProtocolException | IllegalArgumentException e) {
            throw new IOException(from.host() + " sends no chain: " + e.getMessage(), e);
        }
    }
}
