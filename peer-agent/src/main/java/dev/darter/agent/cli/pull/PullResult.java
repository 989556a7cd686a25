package dev.darter.agent.cli.pull;

import java.util.List;
import java.util.Optional;

import dev.darter.agent.TransferLog.TransferBytes;
import dev.darter.service.ByteCount;

/**
 * What was pulled, in the form of {@code --output json}.
 *
 * @param digest of the manifest, or index, that the image's name stands for
 * @param bytes in all, manifests included
 * @param sources where they came from; absent where the agent's admin listener is not known or did not answer
 */
public record PullResult(String image, String digest, String platform, double seconds, long bytes, Optional<TransferBytes> sources,
        List<Part> parts) {

    /** A manifest or blob of the image. */
    public record Part(String digest, String mediaType, long size, Optional<TransferBytes> sources) {}

    static Optional<TransferBytes> sum(List<Part> parts) {
        if (parts.stream().anyMatch(part -> part.sources().isEmpty())) {
            return Optional.empty();
        }
        return Optional.of(parts.stream()
                .flatMap(part -> part.sources().stream())
                .reduce(TransferBytes.NONE,
                        (a, b) -> new TransferBytes(a.local() + b.local(), a.peers() + b.peers(), a.origin() + b.origin())));
    }

    /** Two lines for people. */
    String toText(String whyUnknown) {
        String from = sources
                .map(bytesOf -> human(bytesOf.local()) + " from the local store, " + human(bytesOf.peers()) + " from peers, "
                        + human(bytesOf.origin())
                        + " from the origin")
                .orElse("where they came from is not known: " + whyUnknown);
        return "Digest: " + digest + "\n" + image + " (" + platform + "): " + human(bytes) + " in " + "%.1f".formatted(seconds) + " s; "
                + from;
    }

    private static String human(long bytes) {
        return new ByteCount(bytes).toHuman();
    }
}
