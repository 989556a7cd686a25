package dev.darter.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The bytes that are signed for {@link SignedStates} and {@link SignedChunk}. Everything that gives the states their meaning is among them, so
 * that a signature for one blob, registry or position is worth nothing for another.
 */
public final class SignaturePayload {

    private SignaturePayload() {}

    /** What a signer of consecutive states signs. */
    public static byte[] ofStates(BlobKey blob, ChunkLayout layout, HostId signer, long epoch, int firstBoundary, List<ChainState> states) {
        ByteArrayOutputStream payload = header("darter-states-1", blob, layout, signer, epoch, firstBoundary);
        states.forEach(state -> payload.writeBytes(state.bytes()));
        return payload.toByteArray();
    }

    /** What the signer of these states has signed, if they are about this blob. */
    public static byte[] ofStates(BlobKey blob, ChunkLayout layout, SignedStates signed) {
        return ofStates(blob, layout, signed.signer(), signed.epoch(), signed.firstBoundary(), signed.states());
    }

    /** What a signer of one chunk signs. */
    public static byte[] ofChunk(BlobKey blob, ChunkLayout layout, HostId signer, long epoch, int chunk, Bytes sha256) {
        ByteArrayOutputStream payload = header("darter-chunk-1", blob, layout, signer, epoch, chunk);
        payload.writeBytes(sha256.toArray());
        return payload.toByteArray();
    }

    /** What the signer of this chunk has signed, if it is about this blob. */
    public static byte[] ofChunk(BlobKey blob, ChunkLayout layout, SignedChunk signed) {
        return ofChunk(blob, layout, signed.signer(), signed.epoch(), signed.chunk(), signed.sha256());
    }

    private static ByteArrayOutputStream header(String kind, BlobKey blob, ChunkLayout layout, HostId signer, long epoch, int position) {
        // No field can hold a line feed, so the fields can't run into one another.
        String text = String.join("\n", kind, blob.registry(), blob.digest().toString(), Long.toString(layout.blobSize()),
                Integer.toString(layout.number()), signer.name(), Long.toString(epoch), Integer.toString(position), "");
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        return payload;
    }
}
