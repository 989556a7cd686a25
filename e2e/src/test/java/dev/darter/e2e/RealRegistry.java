package dev.darter.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;

/** Debian's {@code docker-registry} (distribution) with its content in a folder, or a registry that has the referrers API. */
final class RealRegistry implements AutoCloseable {
    /** Who may pull. */
    enum Access {
        EVERYBODY,
        /** {@link #USER} with {@link #PASSWORD}, by basic authentication. */
        ONE_USER
    }

    static final String USER = "darter";
    static final String PASSWORD = "wings";

    /** {@code htpasswd -nbB darter wings}: the program itself is in a package that is needed for nothing else. */
    private static final String HTPASSWD = "darter:$2y$05$RNFM2xi0FwZo2laNMT5gUOhetfjMEpA1DQjE36eBwIcKHOpqK9ywm\n";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Set<String> pushed = new HashSet<>();
    private final Access access;
    private final Child process;
    private final int port;

    private RealRegistry(Access access, Child process, int port) {
        this.access = access;
        this.process = process;
        this.port = port;
    }

    /** One for all tests of a run that may read it; it ends with the run. */
    static RealRegistry shared() {
        return Shared.INSTANCE;
    }

    static RealRegistry start(Path folder, Path logs, Access access) {
        int port = Ports.free();
        try {
            Path config = Files.writeString(Files.createDirectories(folder).resolve("config.yml"), config(folder, port, access));
            Files.writeString(folder.resolve("htpasswd"), HTPASSWD);
            return start(Command.of(logs, "docker-registry", "docker-registry", "serve", config.toString()), access, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that keeps its content in memory and lists the referrers of a manifest, which Debian's can't. */
    static RealRegistry startWithReferrers(Path logs) {
        int port = Ports.free();
        String program = BuiltProgram.folder("image-tools.sh").resolve("registry").toString();
        return start(Command.of(logs, "registry", program, "127.0.0.1:" + port), Access.EVERYBODY,
                port);
    }

    private static RealRegistry start(Command command, Access access, int port) {
        RealRegistry registry = new RealRegistry(access, command.start(), port);
        Waiting.until("the registry answers", Duration.ofSeconds(20), registry::answers);
        return registry;
    }

    String url() {
        return "http://" + address();
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    /** Uploads an image unless it is there. */
    synchronized TestImage push(TestImage image) {
        if (pushed.add(image.reference())) {
            image.blobs().forEach(blob -> pushBlob(image.repository(), blob));
            image.manifests().forEach(manifest -> pushManifest(image.repository(), manifest, manifest.digest()));
            pushManifest(image.repository(), image.root(), image.tag());
        }
        return image;
    }

    @Override
    public void close() {
        process.close();
    }

    private void pushBlob(String repository, Blob blob) {
        HttpResponse<String> upload = send(request("/v2/" + repository + "/blobs/uploads/").POST(BodyPublishers.noBody()), 202);
        URI location = URI.create(url()).resolve(upload.headers().firstValue("location").orElseThrow());
        String query = (location.getQuery() == null ? "?" : location.getRawQuery().isEmpty() ? "" : "&") + "digest=" + blob.digest();
        try {
            send(request(location + query).header("Content-Type", "application/octet-stream").PUT(BodyPublishers.ofFile(blob.file())), 201);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void pushManifest(String repository, Blob manifest, String tagOrDigest) {
        try {
            send(request("/v2/" + repository + "/manifests/" + tagOrDigest).header("Content-Type", manifest.mediaType())
                    .PUT(BodyPublishers.ofFile(manifest.file())), 201);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpRequest.Builder request(String pathOrUrl) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(url()).resolve(pathOrUrl));
        return switch (access) {
            case EVERYBODY -> builder;
            case ONE_USER -> builder.header("Authorization", basic());
        };
    }

    private static String basic() {
        return "Basic " + Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> send(HttpRequest.Builder request, int expectedStatus) {
        try {
            HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
            if (answer.statusCode() != expectedStatus) {
                throw new IllegalStateException(answer + ": " + answer.body());
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private boolean answers() throws InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException("the registry ended: " + process.log());
        }
        try {
            return client.send(request("/v2/").build(), BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException _) {
            return false;
        }
    }

    private static String config(Path folder, int port, Access access) {
        String open = """
                version: 0.1
                log:
                  level: warn
                  accesslog:
                    disabled: true
                storage:
                  filesystem:
                    rootdirectory: %s
                  redirect:
                    disable: true
                http:
                  addr: 127.0.0.1:%d
                """.formatted(folder.resolve("storage"), port);
        return switch (access) {
            case EVERYBODY -> open;
            case ONE_USER -> open + """
                    auth:
                      htpasswd:
                        realm: e2e
                        path: %s
                    """.formatted(folder.resolve("htpasswd"));
        };
    }

    private static final class Shared {
        static final RealRegistry INSTANCE = start(Watchdog.instance().folder().resolve("registry"),
                Checkout.module().resolve("target/e2e/shared"), Access.EVERYBODY);
    }
}
