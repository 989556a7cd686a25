package dev.darter.registry;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

import dev.darter.protocol.Digest;

/** Reads manifests whole, and remembers what they list, so that who may read a manifest may read that as well. */
final class ManifestReader {

    /** An index of a well-known image has some twenty children; more are not looked into ahead of time. */
    private static final int MOST_CHILDREN = 64;

    /** A manifest's bytes and what they mean. */
    static final class Content {

        private final byte[] bytes;
        private final Optional<Manifest> manifest;

        private Content(byte[] bytes, Optional<Manifest> manifest) {
            this.bytes = bytes;
            this.manifest = manifest;
        }

        byte[] bytes() {
            return bytes;
        }

        /** The media type by the document's own account. */
        String contentType() {
            return manifest.map(Manifest::contentType).orElse("application/octet-stream");
        }
    }

    private final Access access;
    private final BlobSource source;
    private final Proofs proofs;
    private final LongConsumer sentBytes;

    ManifestReader(Access access, BlobSource source, Proofs proofs, LongConsumer sentBytes) {
        this.access = access;
        this.source = source;
        this.proofs = proofs;
        this.sentBytes = sentBytes;
    }

    /** Reads a manifest for a caller who may. */
    Content read(Pull pull, String repository, Digest digest) throws RefusedException, IOException, InterruptedException {
        try (OpenContent open = access.open(pull, ContentKind.MANIFEST, repository, digest, WantedBytes.all())) {
            if (open.size() > Manifest.LONGEST) {
                throw new RefusedException(ErrorCode.MANIFEST_UNKNOWN, "no manifest: it has " + open.size() + " bytes");
            }
            byte[] bytes = open.readAll();
            Optional<Manifest> manifest = ManifestParser.parse(bytes);
            manifest.ifPresent(known -> proofs.learn(pull.registry(), digest, known));
            if (!pull.isHead()) {
                sentBytes.accept(bytes.length);
            }
            return new Content(bytes, manifest);
        } catch (OriginException failure) {
            throw access.explain(pull, ContentKind.MANIFEST, repository, digest, failure);
        }
    }

    /**
     * Looks into a manifest that lies here already. Runtimes that have an image's manifests, but not all of its layers, ask for the tag and
     * then for layers; each of these would cost a question upstream if nobody knew that they belong to the tag's manifest.
     */
    void getToKnow(Pull pull, Digest digest) throws InterruptedException {
        if (proofs.knows(pull.registry(), digest) || !source.holds(pull.key(digest))) {
            return;
        }
        BlobRequest request = new BlobRequest(pull.key(digest), OptionalLong.empty(), WantedBytes.all(), NoOrigin.INSTANCE);
        try (OpenContent open = new OpenContent(source.open(request))) {
            if (open.size() > Manifest.LONGEST) {
                return;
            }
            Optional<Manifest> manifest = ManifestParser.parse(open.readAll());
            if (manifest.isEmpty()) {
                return;
            }
            proofs.learn(pull.registry(), digest, manifest.get());
            boolean isIndex = manifest.get().deducedType().equals(Manifest.OCI_INDEX);
            if (isIndex) {
                for (Digest child : manifest.get().listedDigests().stream().limit(MOST_CHILDREN).toList()) {
                    getToKnow(pull, child);
                }
            }
        } catch (IOException evicted) {
            // It was only a look ahead: the layers will be asked for upstream.
        }
    }
}
