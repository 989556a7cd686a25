package dev.darter.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.Deflater;

import com.github.luben.zstd.ZstdOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/** Makes layers: tar archives, compressed, the same at each run for the same seed. */
final class LayerWriter {
    /** A layer, the digest of its uncompressed form, by which the configuration names it, and what the manifest says of it besides. */
    record Layer(Blob blob, String diffId, Map<String, String> annotations) {}

    /** How a layer is compressed. */
    enum Compression {
        GZIP,
        ZSTD
    }

    @FunctionalInterface
    private interface Entries {
        void writeTo(TarArchiveOutputStream tar) throws IOException;
    }

    private static final int EXECUTABLE = 0755;

    private final OciLayoutWriter layout;

    LayerWriter(OciLayoutWriter layout) {
        this.layout = layout;
    }

    /** A file of this many random bytes: no compression makes them fewer. */
    Layer random(String mediaType, Compression compression, long seed, int size) {
        return write(mediaType, compression, tar -> add(tar, "random/" + seed, bytes(seed, size)));
    }

    /** Several such files, numbered from the seed on. */
    Layer randomFiles(String mediaType, Compression compression, long seed, int... sizes) {
        return write(mediaType, compression, tar -> {
            for (int i = 0; i < sizes.length; i++) {
                add(tar, "random/" + (seed + i), bytes(seed + i, sizes[i]));
            }
        });
    }

    Layer file(String mediaType, Compression compression, String path, byte[] content) {
        return write(mediaType, compression, tar -> add(tar, path, content));
    }

    /** What a file of random bytes holds. */
    static byte[] bytes(long seed, int size) {
        byte[] content = new byte[size];
        new SplittableRandom(seed).nextBytes(content);
        return content;
    }

    /** Debian's static busybox with links for the commands that the tests use: enough for a container that runs. */
    Layer busybox(String mediaType, Compression compression, String greeting) {
        return write(mediaType, compression, tar -> {
            add(tar, "bin/busybox", Files.readAllBytes(Path.of(Programs.path("busybox"))));
            for (String applet : List.of("sh", "cat", "echo", "sha256sum")) {
                TarArchiveEntry link = ofNobody(new TarArchiveEntry("bin/" + applet, TarConstants.LF_SYMLINK));
                link.setLinkName("busybox");
                tar.putArchiveEntry(link);
                tar.closeArchiveEntry();
            }
            add(tar, "greeting", (greeting + "\n").getBytes(StandardCharsets.UTF_8));
        });
    }

    private Layer write(String mediaType, Compression compression, Entries entries) {
        MessageDigest uncompressed = Digests.sha256();
        Blob blob = layout.write(mediaType, out -> {
            try (OutputStream compressed = compress(compression, out);
                    TarArchiveOutputStream tar = new TarArchiveOutputStream(new DigestOutputStream(compressed, uncompressed))) {
                entries.writeTo(tar);
            }
        });
        return new Layer(blob, Digests.name(uncompressed), Map.of());
    }

    private static OutputStream compress(Compression compression, OutputStream out) throws IOException {
        return switch (compression) {
            case GZIP -> {
                // Random bytes end in stored blocks at any level: trying harder only costs seconds.
                GzipParameters stored = new GzipParameters();
                stored.setCompressionLevel(Deflater.NO_COMPRESSION);
                yield new GzipCompressorOutputStream(out, stored);
            }
            case ZSTD -> new ZstdOutputStream(out, 1);
        };
    }

    private static void add(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = ofNobody(new TarArchiveEntry(name));
        entry.setSize(content.length);
        entry.setMode(EXECUTABLE);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    /** An entry is born with the name of whoever runs the tests, and the time. */
    private static TarArchiveEntry ofNobody(TarArchiveEntry entry) {
        entry.setIds(0, 0);
        entry.setNames("root", "root");
        entry.setModTime(0);
        return entry;
    }
}
