package dev.darter.agent.cli.pull;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import dev.darter.agent.TransferLog.TransferBytes;
import dev.darter.agent.cli.CommandException;
import dev.darter.agent.cli.pull.PullResult.Part;
import dev.darter.protocol.Digest;

/** Pulls one image: finds its manifest, then fetches all blobs, a few at a time, checks their digests and throws them away. */
final class ImagePull {
    /** As many as Docker fetches at a time. */
    private static final int AT_A_TIME = 3;
    private static final int DEEPEST_INDEX = 4;
    /** Some megabytes more than any that is known. */
    private static final long LARGEST_CONFIG = 8 << 20;

    private final Mirror mirror;
    private final SourceMeter meter;
    private final PullProgress progress;

    ImagePull(Mirror mirror, SourceMeter meter, PullProgress progress) {
        this.mirror = mirror;
        this.meter = meter;
        this.progress = progress;
    }

    /** @param wanted what was asked for; without it an index is searched for this host's, and a single image is taken as it is */
    PullResult pull(ImageReference image, Optional<Platform> wanted) throws CommandException, InterruptedException {
        Platform platform = wanted.orElseGet(Platform::ofThisHost);
        long started = System.nanoTime();
        Digest digest = mirror.resolve(image.reference());
        List<Part> parts = new ArrayList<>();
        ManifestDocument document = manifest(digest, parts);
        boolean isSingle = document instanceof ManifestDocument.Image;
        for (int depth = 0; document instanceof ManifestDocument.Index index; depth++) {
            if (depth == DEEPEST_INDEX) {
                throw CommandException.failed(image + " is an index of indices without an end", null);
            }
            document = manifest(index.choose(platform, image).digest(), parts);
        }
        ManifestDocument.Image chosen = (ManifestDocument.Image) document;
        progress.planned(chosen.blobs());
        List<Content> others = new ArrayList<>(chosen.blobs());
        Optional<Platform> made = Optional.empty();
        if (isSingle && chosen.config().isPresent()) {
            // Nothing else says what a single image was made for.
            ByteArrayOutputStream config = new ByteArrayOutputStream();
            parts.add(blob(chosen.config().get(), (bytes, received) -> keep(config, bytes, received)));
            others.remove(chosen.config().get());
            made = platform(config.toByteArray());
            if (made.isPresent() && wanted.isPresent() && !wanted.get().accepts(made.get())) {
                throw CommandException.notFound(image + " is one image, made for " + made.get() + " and not for " + platform);
            }
        }
        parts.addAll(blobs(others));
        double seconds = (System.nanoTime() - started) / 1e9;
        return new PullResult(image.toString(), digest.toString(), made.orElse(platform).toString(), seconds,
                parts.stream().mapToLong(Part::size).sum(),
                PullResult.sum(parts),
                parts);
    }

    private ManifestDocument manifest(Digest digest, List<Part> parts) throws CommandException, InterruptedException {
        Optional<TransferBytes> before = meter.read(digest);
        Mirror.Document document = mirror.manifest(digest);
        byte[] bytes = document.bytes;
        MessageDigest hash = BlobFetch.hash(digest);
        hash.update(bytes);
        BlobFetch.check(digest, hash);
        parts.add(part(new Content(digest, bytes.length, document.mediaType), before));
        return ManifestDocument.parse(bytes);
    }

    private static void keep(ByteArrayOutputStream text, ByteBuffer bytes, long received) {
        if (received <= LARGEST_CONFIG) {
            byte[] more = new byte[bytes.remaining()];
            bytes.get(more);
            text.writeBytes(more);
        }
    }

    private static Optional<Platform> platform(byte[] config) {
        try {
            return Platform.ofConfig(JsonMapper.shared().readTree(config));
        } catch (JacksonException e) {
            // That of an artifact which is no image; what it runs on is not ours to know.
            return Optional.empty();
        }
    }

    private List<Part> blobs(List<Content> blobs) throws CommandException, InterruptedException {
        List<Part> parts = new ArrayList<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(AT_A_TIME, Thread.ofVirtual().name("pull-", 0).factory())) {
            List<Future<Part>> running = blobs.stream().map(blob -> workers.submit(() -> blob(blob, (_, _) -> {}))).toList();
            try {
                for (Future<Part> part : running) {
                    parts.add(part.get());
                }
            } catch (ExecutionException e) {
                throw e.getCause() instanceof CommandException known
                        ? known
                        : CommandException.failed("the pull broke off: " + e.getCause(), e);
            } finally {
                running.forEach(part -> part.cancel(true));
                workers.shutdownNow();
            }
        }
        return parts;
    }

    private Part blob(Content blob, BlobFetch.Sink sink) throws CommandException, InterruptedException {
        Optional<TransferBytes> before = meter.read(blob.digest());
        new BlobFetch(blob, (bytes, received) -> {
            sink.take(bytes, received);
            progress.advanced(blob, received);
        }).run(mirror);
        progress.finished(blob);
        return part(blob, before);
    }

    private Part part(Content content, Optional<TransferBytes> before) throws InterruptedException {
        Optional<TransferBytes> after = meter.read(content.digest());
        Optional<TransferBytes> sources = before.flatMap(first -> after.map(last -> SourceMeter.between(first, last, content.size())));
        return new Part(content.digest().toString(), content.mediaType(), content.size(), sources);
    }
}
