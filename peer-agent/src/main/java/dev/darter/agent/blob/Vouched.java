package dev.darter.agent.blob;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import dev.darter.agent.trust.Voucher;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.PeerMessage.Have;
import dev.darter.protocol.SignedStates;
import dev.darter.store.PartialBlob;

/** Announcements of a proven blob, for whose chain this host vouches itself. */
final class Vouched {

    private Vouched() {}

    /** These chunks with the states around them; each run of chunks has one signature. */
    static Have have(Voucher own, BlobKey blob, ChunkLayout layout, IntFunction<ChainState> states, ChunkSet chunks) {
        List<SignedStates> signed = new ArrayList<>();
        for (int first = chunks.next(0); first >= 0;) {
            int end = chunks.nextMissing(first);
            // Boundary 0 is the standard's initial value, and the end of the blob is its digest: neither needs a signature.
            int from = Math.max(1, first);
            int to = Math.min(end, layout.count() - 1);
            if (from <= to) {
                signed.add(own.sign(blob, layout, from, IntStream.rangeClosed(from, to).mapToObj(states).toList()));
            }
            first = chunks.next(end);
        }
        return new Have(blob, layout.blobSize(), layout.number(), chunks, signed, List.of());
    }

    /** The same for a blob that is proven and not yet in its place. */
    static Have have(Voucher own, BlobKey blob, PartialBlob proven, ChunkSet chunks) {
        return have(own, blob, proven.layout(), boundary -> proven.state(boundary).orElseThrow().state(), chunks);
    }

    /** The chunks alone, whose states are to be fetched in bulk. */
    static Have bare(BlobKey blob, ChunkLayout layout, ChunkSet chunks) {
        return new Have(blob, layout.blobSize(), layout.number(), chunks, List.of(), List.of());
    }
}
