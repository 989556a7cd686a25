package dev.darter.e2e;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

/** Writes objects into an OCI image layout: {@code blobs/sha256/<hex>}, and an {@code index.json} at the end. */
final class OciLayoutWriter {
    /** Writes the content of one object. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private static final JsonMapper JSON = new JsonMapper();

    private final Path folder;

    OciLayoutWriter(Path folder) {
        this.folder = folder;
    }

    Blob write(String mediaType, Content content) {
        try {
            Path blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
            Path unnamed = Files.createTempFile(folder, "blob-", ".tmp");
            MessageDigest sha256 = Digests.sha256();
            try (OutputStream out = new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(unnamed), 1 << 16), sha256)) {
                content.writeTo(out);
            }
            String digest = Digests.name(sha256);
            Path file = Files.move(unnamed, blobs.resolve(Digests.hex(digest)), StandardCopyOption.REPLACE_EXISTING);
            return new Blob(mediaType, digest, Files.size(file), file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Blob writeJson(String mediaType, Map<String, ?> document) {
        return write(mediaType, out -> out.write(JSON.writeValueAsBytes(document)));
    }

    /** Makes the folder a layout that skopeo and others can read. */
    void finish(Blob root, String tag) {
        Map<String, Object> named = root.descriptor();
        named.put("annotations", Map.of("org.opencontainers.image.ref.name", tag));
        try {
            Files.write(folder.resolve("oci-layout"), JSON.writeValueAsBytes(Map.of("imageLayoutVersion", "1.0.0")));
            Files.write(folder.resolve("index.json"), JSON.writeValueAsBytes(Map.of("schemaVersion", 2, "manifests", List.of(named))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
