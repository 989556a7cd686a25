package dev.darter.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChainState;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.protocol.SignedStates;

/** A step in the life of a partial blob. */
sealed interface JournalRecord {

    int SHA256_LENGTH = 32;

    /** Consecutive states were learnt. */
    record States(int firstBoundary, Trust trust, List<ChainState> states) implements JournalRecord {}

    /** Consecutive states were learnt, or were known, that somebody vouches for. */
    record Signed(SignedStates states) implements JournalRecord {}

    /** The chunk's bytes were written and lead from the state before to the state after. */
    record Linked(int chunk) implements JournalRecord {}

    /** The chunk's bytes were written and have this hash. */
    record Lone(int chunk, Bytes sha256) implements JournalRecord {}

    /** The chunk's bytes turned out to be damaged. */
    record Dropped(int chunk) implements JournalRecord {}

    /** States from this boundary on, and the chunks that end at or after it, were thrown away. */
    record Rewound(int boundary) implements JournalRecord {}

    /** One byte for the kind, then the fields. */
    default ByteBuffer encode() {
        return switch (this) {
            case States(int first, Trust trust, List<ChainState> states) -> {
                int stateLength = states.isEmpty() ? 0 : states.getFirst().bytes().length;
                ByteBuffer bytes = ByteBuffer.allocate(6 + states.size() * stateLength)
                        .put((byte) 'S')
                        .putInt(first)
                        .put((byte) (trust == Trust.CLAIMED ? 'c' : 'v'));
                states.forEach(state -> bytes.put(state.bytes()));
                yield bytes.flip();
            }
            case Signed(SignedStates signed) -> encode(signed);
            case Linked(int chunk) -> ByteBuffer.allocate(5).put((byte) 'L').putInt(chunk).flip();
            case Lone(int chunk, Bytes sha256) ->
                ByteBuffer.allocate(5 + SHA256_LENGTH).put((byte) 'A').putInt(chunk).put(sha256.toArray()).flip();
            case Dropped(int chunk) -> ByteBuffer.allocate(5).put((byte) 'D').putInt(chunk).flip();
            case Rewound(int boundary) -> ByteBuffer.allocate(5).put((byte) 'R').putInt(boundary).flip();
        };
    }

    private static ByteBuffer encode(SignedStates signed) {
        byte[] signer = signed.signer().name().getBytes(StandardCharsets.UTF_8);
        int stateLength = signed.states().isEmpty() ? 0 : signed.states().getFirst().bytes().length;
        ByteBuffer bytes = ByteBuffer
                .allocate(5 + 8 + 2 + signer.length + 2 + signed.signature().length() + signed.states().size() * stateLength)
                .put((byte) 'G')
                .putInt(signed.firstBoundary())
                .putLong(signed.epoch())
                .putShort((short) signer.length)
                .put(signer)
                .putShort((short) signed.signature().length())
                .put(signed.signature().toArray());
        signed.states().forEach(state -> bytes.put(state.bytes()));
        return bytes.flip();
    }

    private static SignedStates decodeSigned(int firstBoundary, ByteBuffer bytes, Digest.Algorithm algorithm) {
        long epoch = bytes.getLong();
        HostId signer = new HostId(new String(take(bytes, bytes.getShort()), StandardCharsets.UTF_8));
        Bytes signature = Bytes.of(take(bytes, bytes.getShort()));
        return new SignedStates(signer, epoch, firstBoundary, decodeStates(bytes, algorithm), signature);
    }

    private static List<ChainState> decodeStates(ByteBuffer bytes, Digest.Algorithm algorithm) {
        List<ChainState> states = new ArrayList<>();
        while (bytes.hasRemaining()) {
            states.add(ChainState.of(take(bytes, algorithm.byteLength())));
        }
        return states;
    }

    /** Reads what {@link #encode} wrote; its checksum was right, so that anything else is a newer version's: an IllegalArgumentException. */
    static JournalRecord decode(ByteBuffer bytes, Digest.Algorithm algorithm) {
        byte kind = bytes.get();
        int number = bytes.getInt();
        return switch (kind) {
            case 'S' -> {
                Trust trust = bytes.get() == 'c' ? Trust.CLAIMED : Trust.VOUCHED;
                yield new States(number, trust, decodeStates(bytes, algorithm));
            }
            case 'G' -> new Signed(decodeSigned(number, bytes, algorithm));
            case 'L' -> new Linked(number);
            case 'A' -> new Lone(number, Bytes.of(take(bytes, SHA256_LENGTH)));
            case 'D' -> new Dropped(number);
            case 'R' -> new Rewound(number);
            default -> throw new IllegalArgumentException("Unknown record " + kind);
        };
    }

    private static byte[] take(ByteBuffer bytes, int length) {
        if (length < 0 || length > bytes.remaining()) {
            throw new IllegalArgumentException("A record of " + bytes.remaining() + " more bytes can't hold " + length);
        }
        byte[] taken = new byte[length];
        bytes.get(taken);
        return taken;
    }
}
