package dev.darter.e2e;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.SignaturePayload;
import dev.darter.protocol.SignedStates;
import dev.darter.protocol.VouchKey;
import dev.darter.store.ChainHasher;

/** What a lying holder of a blob tells: content that is not the blob's, and perhaps chain states that fit it and are consistent to the end. */
record FalseBlob(HostId teller, BlobKey blob, ChunkLayout layout, ByteBuffer content, VouchKey announcedKey, List<SignedStates> states) {
    /** With which key the states are signed. */
    enum Signed {
        /** The one that the scheduler told everybody: the teller says that it has proven the blob. */
        WITH_THE_KEY_THAT_ALL_KNOW,
        /** Another: the states are made up. */
        WITH_ANOTHER_KEY
    }

    /**
     * Content with one wrong byte, and a chain of states that leads through it.
     *
     * @param registry the base URL of the registry as agents know it
     */
    static FalseBlob withStates(String registry, Blob original, int wrongByteAt, Signed signed) throws IOException {
        byte[] content = Files.readAllBytes(original.file());
        content[wrongByteAt] ^= 1;
        FalseBlob silent = silent(registry, original, content);
        KeyPair announced = newKey();
        KeyPair signing = switch (signed) {
            case WITH_THE_KEY_THAT_ALL_KNOW -> announced;
            case WITH_ANOTHER_KEY -> newKey();
        };
        List<ChainState> states = chain(content, silent.layout());
        Bytes signature = sign(signing, SignaturePayload.ofStates(silent.blob(), silent.layout(), silent.teller(), 0, 0, states));
        return new FalseBlob(silent.teller(), silent.blob(), silent.layout(), silent.content(),
                new VouchKey(silent.teller(), 0, raw(announced)),
                List.of(new SignedStates(silent.teller(), 0, 0, states, signature)));
    }

    /** Content with a wrong byte in each chunk, and no states: those of others show that it is wrong. */
    static FalseBlob withoutStates(String registry, Blob original) throws IOException {
        byte[] content = Files.readAllBytes(original.file());
        ChunkLayout layout = ChunkLayout.forSize(content.length);
        for (int chunk = 0; chunk < layout.count(); chunk++) {
            content[(int) layout.offset(chunk)] ^= 1;
        }
        return silent(registry, original, content);
    }

    private static FalseBlob silent(String registry, Blob original, byte[] content) {
        HostId teller = new HostId("evil");
        return new FalseBlob(teller, new BlobKey(registry, Digest.parse(original.digest())), ChunkLayout.forSize(content.length),
                ByteBuffer.wrap(content),
                new VouchKey(teller, 0, raw(newKey())), List.of());
    }

    /** "I have all of it, and these are its states." */
    PeerMessage.Have everything() {
        return new PeerMessage.Have(blob, layout.blobSize(), layout.number(), ChunkSet.ofRange(0, layout.count()), states, List.of());
    }

    byte[] bytes(long first, long end) {
        byte[] bytes = new byte[(int) (end - first)];
        content.get((int) first, bytes);
        return bytes;
    }

    /** The states at all boundaries but the end, which is the digest itself. */
    private static List<ChainState> chain(byte[] content, ChunkLayout layout) {
        ChainHasher hasher = ChainHasher.forAlgorithm(Digest.Algorithm.SHA256);
        List<ChainState> states = new ArrayList<>();
        states.add(hasher.initial());
        for (int chunk = 0; chunk < layout.count() - 1; chunk++) {
            ByteBuffer bytes = ByteBuffer.wrap(content, (int) layout.offset(chunk), layout.length(chunk));
            states.add(hasher.advance(states.getLast(), layout.offset(chunk), bytes));
        }
        return states;
    }

    private static KeyPair newKey() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Bytes sign(KeyPair key, byte[] payload) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key.getPrivate());
            signature.update(payload);
            return Bytes.of(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** RFC 8410: the X.509 form ends with the 32 raw bytes. */
    private static Bytes raw(KeyPair key) {
        byte[] encoded = key.getPublic().getEncoded();
        return Bytes.of(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
    }
}
