package dev.darter.agent.cli.pull;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.darter.agent.TransferLog.TransferBytes;
import dev.darter.agent.cli.CommandException;
import dev.darter.agent.cli.pull.PullResult.Part;
import dev.darter.protocol.Digest;

/** Pulls one image: finds its manifest, then fetches all blobs, a few at a time, checks their digests and throws them away. */
final class ImagePull {
    /** As many as Docker fetches at a time. */
    private static final int AT_A_TIME = 3;
    private static final int DEEPEST_INDEX = 4;

    private final Mirror mirror;
    private final SourceMeter meter;
    private final PullProgress progress;

    ImagePull(Mirror mirror, SourceMeter meter, PullProgress progress) {
        this.mirror = mirror;
        this.meter = meter;
        this.progress = progress;
    }

    PullResult pull(ImageReference image, Platform platform) throws CommandException, InterruptedException {
        long started = System.nanoTime();
        Digest digest = mirror.resolve(image.reference());
        List<Part> parts = new ArrayList<>();
        ManifestDocument document = manifest(digest, parts);
        for (int depth = 0; document instanceof ManifestDocument.Index index; depth++) {
            if (depth == DEEPEST_INDEX) {
                throw CommandException.failed(image + " is an index of indices without an end", null);
            }
            document = manifest(index.choose(platform, image).digest(), parts);
        }
        parts.addAll(blobs(((ManifestDocument.Image) document).blobs()));
        double seconds = (System.nanoTime() - started) / 1e9;
        return new PullResult(image.toString(), digest.toString(), platform.toString(), seconds, parts.stream().mapToLong(Part::size).sum(),
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

    private List<Part> blobs(List<Content> blobs) throws CommandException, InterruptedException {
        progress.planned(blobs);
        List<Part> parts = new ArrayList<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(AT_A_TIME, Thread.ofVirtual().name("pull-", 0).factory())) {
            List<Future<Part>> running = blobs.stream().map(blob -> workers.submit(() -> blob(blob))).toList();
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

    private Part blob(Content blob) throws CommandException, InterruptedException {
        Optional<TransferBytes> before = meter.read(blob.digest());
        new BlobFetch(blob, received -> progress.advanced(blob, received)).run(mirror);
        progress.finished(blob);
        return part(blob, before);
    }

    private Part part(Content content, Optional<TransferBytes> before) throws InterruptedException {
        Optional<TransferBytes> after = meter.read(content.digest());
        Optional<TransferBytes> sources = before.flatMap(first -> after.map(last -> SourceMeter.between(first, last, content.size())));
        return new Part(content.digest().toString(), content.mediaType(), content.size(), sources);
    }
}
