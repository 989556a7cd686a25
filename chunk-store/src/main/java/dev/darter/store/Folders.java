package dev.darter.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;

/**
 * Where things lie in the store's folder.
 *
 * <pre>
 * blobs/sha256/ab/&lt;hex&gt;                    complete and proven; immutable; the name is the content
 * blobs/sha256/ab/&lt;hex&gt;.chain              its chain states and the registries it came from ({@link Sidecar})
 * borrowed/sha256/ab/&lt;hex&gt;.chain           the same for a blob that lies elsewhere ({@link BorrowedBlobs})
 * partial/sha256/&lt;hex&gt;@&lt;registry&gt;/data     sparse
 * partial/sha256/&lt;hex&gt;@&lt;registry&gt;/chain    journal of states and verified chunks ({@link Journal})
 * trash/                                 renamed here to be deleted
 * lock                                   held by the process that uses the store
 * clean                                  there only after an orderly stop ({@link CleanStop})
 * </pre>
 *
 * A partial blob belongs to one registry, because its bytes must not reach callers of another one; {@code <registry>} is a hash of its URL.
 */
record Folders(Path root) {

    static final String JOURNAL = "chain";
    static final String SIDECAR = ".chain";
    static final String TAG_SEPARATOR = "@";

    Path blobs() {
        return root.resolve("blobs");
    }

    Path borrowed() {
        return root.resolve("borrowed");
    }

    Path partials() {
        return root.resolve("partial");
    }

    Path trash() {
        return root.resolve("trash");
    }

    Path lock() {
        return root.resolve("lock");
    }

    Path clean() {
        return root.resolve("clean");
    }

    /** The folder of a complete blob. */
    Path shelf(Digest digest) {
        return blobs().resolve(digest.algorithm().prefix()).resolve(digest.hex().substring(0, 2));
    }

    Path blob(Digest digest) {
        return shelf(digest).resolve(digest.hex());
    }

    Path sidecar(Digest digest) {
        return shelf(digest).resolve(digest.hex() + SIDECAR);
    }

    Path borrowedSidecar(Digest digest) {
        return borrowed().resolve(digest.algorithm().prefix()).resolve(digest.hex().substring(0, 2)).resolve(digest.hex() + SIDECAR);
    }

    Path file(Resident resident) {
        return resident.borrowed.orElseGet(() -> blob(resident.digest));
    }

    Path sidecar(Resident resident) {
        return resident.borrowed.isPresent() ? borrowedSidecar(resident.digest) : sidecar(resident.digest);
    }

    Path partial(BlobKey key) {
        return partials().resolve(key.digest().algorithm().prefix()).resolve(key.digest().hex() + TAG_SEPARATOR + tag(key.registry()));
    }

    Path data(BlobKey key) {
        return partial(key).resolve("data");
    }

    Path journal(BlobKey key) {
        return partial(key).resolve(JOURNAL);
    }

    private static String tag(String registry) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(registry.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
