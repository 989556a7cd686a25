package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of a content store: containerd's, Docker's, an OCI image layout's. */
final class ContentStore {
    private ContentStore() {}

    /** Compares what lies there with what was made, byte for byte. */
    static void assertHolds(Path blobs, List<Blob> contents) {
        for (Blob blob : contents) {
            assertThat(blobs.resolve(Digests.hex(blob.digest()))).as(blob.mediaType()).exists().hasSameBinaryContentAs(blob.file());
        }
    }

    /** The same, and that nothing else lies there. */
    static void assertHoldsOnly(Path blobs, List<Blob> contents) {
        assertHolds(blobs, contents);
        try (Stream<Path> files = Files.list(blobs)) {
            assertThat(files.map(file -> "sha256:" + file.getFileName()))
                    .containsExactlyInAnyOrderElementsOf(contents.stream().map(Blob::digest).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
