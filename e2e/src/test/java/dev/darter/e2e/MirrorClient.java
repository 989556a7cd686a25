package dev.darter.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a mirror as containerd does, but tells exactly what came back, and when. */
final class MirrorClient {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int SLICE = 64 << 10;

    /** When so many bytes of a body had come, by {@link System#nanoTime}. */
    private record Progress(long bytes, long nanoTime) {}

    /**
     * What a mirror answered.
     *
     * @param digest of the bytes that came
     * @param failure how the transfer broke off; empty if it came to its proper end
     */
    record Answer(int status, HttpHeaders headers, long length, String digest, Optional<IOException> failure, Duration elapsed,
            List<Progress> progress) {
        boolean isComplete() {
            return status / 100 == 2 && failure.isEmpty();
        }

        /** When at least so many bytes had come, by {@link System#nanoTime}. */
        long reachedAt(long bytes) {
            return progress.stream()
                    .filter(step -> step.bytes() >= bytes)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("only " + length + " bytes came: " + this))
                    .nanoTime();
        }

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        @Override
        public String toString() {
            return status + ", " + length + " bytes in " + elapsed + failure.map(reason -> ", broken: " + reason).orElse("");
        }
    }

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String mirror;

    MirrorClient(String mirror) {
        this.mirror = mirror;
    }

    Answer manifest(TestImage image) {
        return get("/v2/" + image.repository() + "/manifests/" + image.tag() + "?ns=" + DarterCluster.REGISTRY);
    }

    Answer blob(TestImage image, Blob blob) {
        String kind = blob.isManifest() ? "manifests" : "blobs";
        return get("/v2/" + image.repository() + "/" + kind + "/" + blob.digest() + "?ns=" + DarterCluster.REGISTRY);
    }

    /** Some bytes of a blob, as readers of lazy image formats ask for them; the range as in the header. */
    Answer part(TestImage image, Blob blob, String range) {
        return get("/v2/" + image.repository() + "/blobs/" + blob.digest() + "?ns=" + DarterCluster.REGISTRY, "Range", "bytes=" + range);
    }

    /** The test fails if the answer is not there, for good or ill, after a minute and a half. */
    Answer get(String path, String... headers) {
        Future<Answer> answer = Together.begin(() -> exchange(path, headers));
        try {
            return answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no end of GET " + path + " in " + LIMIT, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new AssertionError("GET " + path + " failed", e.getCause());
        }
    }

    private Answer exchange(String path, String... headers) throws InterruptedException {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(mirror + path))
                .header("Accept", String.join(", ", MediaTypes.INDEX, MediaTypes.MANIFEST, MediaTypes.DOCKER_LIST,
                        MediaTypes.DOCKER_MANIFEST, "*/*"));
        HttpRequest request = (headers.length == 0 ? builder : builder.headers(headers)).build();
        long started = System.nanoTime();
        try {
            HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
            return read(response, started);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer read(HttpResponse<InputStream> response, long started) {
        MessageDigest sha256 = Digests.sha256();
        List<Progress> progress = new ArrayList<>();
        long length = 0;
        Optional<IOException> failure = Optional.empty();
        try (InputStream body = response.body()) {
            byte[] slice = new byte[SLICE];
            for (int read = body.read(slice); read >= 0; read = body.read(slice)) {
                sha256.update(slice, 0, read);
                length += read;
                progress.add(new Progress(length, System.nanoTime()));
            }
        } catch (IOException e) {
            failure = Optional.of(e);
        }
        return new Answer(response.statusCode(), response.headers(), length, Digests.name(sha256), failure,
                Duration.ofNanos(System.nanoTime() - started), List.copyOf(progress));
    }
}
