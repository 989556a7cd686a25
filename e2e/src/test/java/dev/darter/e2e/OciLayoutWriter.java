package dev.darter.e2e;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
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

    private static final long MIB = 1 << 20;
    private static final JsonMapper JSON = new JsonMapper();

    private final Path folder;

    OciLayoutWriter(Path folder) {
        this.folder = folder;
    }

    Blob write(String mediaType, Content content) {
        try {
            Files.createDirectories(folder.resolve("blobs/sha256"));
            Path unnamed = Files.createTempFile(folder, "blob-", ".tmp");
            MessageDigest sha256 = Digests.sha256();
            try (OutputStream out = new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(unnamed), 1 << 16), sha256)) {
                content.writeTo(out);
            }
            return named(mediaType, unnamed, Digests.name(sha256));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An object of nothing but zeros and, at the start of each mebibyte, its number: it takes next to no disk here. */
    Blob writeSparse(String mediaType, long mebibytes) {
        try {
            Files.createDirectories(folder.resolve("blobs/sha256"));
            Path unnamed = Files.createTempFile(folder, "blob-", ".tmp");
            try (RandomAccessFile file = new RandomAccessFile(unnamed.toFile(), "rw")) {
                file.setLength(mebibytes * MIB);
                for (long number = 0; number < mebibytes; number++) {
                    file.seek(number * MIB);
                    file.writeLong(number);
                }
            }
            return named(mediaType, unnamed, Digests.of(unnamed));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Blob named(String mediaType, Path unnamed, String digest) throws IOException {
        Path file = Files.move(unnamed, folder.resolve("blobs/sha256").resolve(Digests.hex(digest)), StandardCopyOption.REPLACE_EXISTING);
        return new Blob(mediaType, digest, Files.size(file), file);
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
