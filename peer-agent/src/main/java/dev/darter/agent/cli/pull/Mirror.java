package dev.darter.agent.cli.pull;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import dev.darter.agent.cli.CommandException;
import dev.darter.protocol.Digest;
import dev.darter.registry.OriginException;
import dev.darter.registry.RegistryProxy;
import dev.darter.registry.upstream.Credentials;
import dev.darter.registry.upstream.EnvironmentProxies;
import dev.darter.registry.upstream.Header;
import dev.darter.registry.upstream.Upstream;
import dev.darter.registry.upstream.UpstreamAnswer;
import dev.darter.registry.upstream.UpstreamConfig;
import dev.darter.registry.upstream.UpstreamRequest;
import dev.darter.registry.upstream.UpstreamTimeouts;
import dev.darter.service.Failures;
import dev.darter.service.HostPort;

/** The local agent's mirror, asked for one repository the way containerd asks: with {@code ns}. Thread-safe. */
final class Mirror implements AutoCloseable {
    private static final int LARGEST_MANIFEST = 8 << 20;
    private static final int LARGEST_ERROR = 64 << 10;
    private static final List<Header> ACCEPT = ManifestDocument.ACCEPT.stream().map(type -> new Header("Accept", type)).toList();

    private final HostPort address;
    private final ImageReference image;
    private final Upstream client;
    private final Credentials credentials;

    Mirror(HostPort address, ImageReference image, Optional<Credentials.Own> account, Map<String, String> environment) throws IOException {
        this.address = address;
        this.image = image;
        this.credentials = account.<Credentials>map(own -> own).orElseGet(Credentials.Anonymous::new);
        this.client = new Upstream(new UpstreamConfig(List.of("mirror"), URI.create("http://" + address), Optional.empty()),
                UpstreamTimeouts.DEFAULT,
                EnvironmentProxies.of(environment), InstantSource.system());
    }

    /** What a tag or digest means at the moment. */
    Digest resolve(String reference) throws CommandException, InterruptedException {
        UpstreamRequest ask = UpstreamRequest.head(path("manifests", reference), ACCEPT, credentials);
        try (UpstreamAnswer head = exchange(ask)) {
            if (isGood(head)) {
                return digest(head);
            }
        }
        // GET where HEAD is refused: its answer has a body that says why, and some registries know no HEAD.
        UpstreamRequest askAgain = UpstreamRequest.get(path("manifests", reference), ACCEPT, credentials);
        try (UpstreamAnswer answer = send(askAgain, "manifest of " + image)) {
            return digest(answer);
        }
    }

    private Digest digest(UpstreamAnswer answer) throws CommandException {
        try {
            return Digest.parse(answer.header("Docker-Content-Digest").orElse("nothing"));
        } catch (IllegalArgumentException e) {
            throw CommandException.failed("the registry does not say which digest " + image + " has", e);
        }
    }

    /** A manifest, or an index, as it came. */
    static final class Document {
        final byte[] bytes;
        final String mediaType;

        private Document(byte[] bytes, String mediaType) {
            this.bytes = bytes;
            this.mediaType = mediaType;
        }
    }

    Document manifest(Digest digest) throws CommandException, InterruptedException {
        try (UpstreamAnswer answer = send(UpstreamRequest.get(path("manifests", digest.toString()), ACCEPT, credentials),
                "manifest " + digest)) {
            String type = answer.header("Content-Type").orElse("");
            return new Document(answer.readAll(LARGEST_MANIFEST), type.replaceFirst(";.*", "").strip());
        } catch (IOException e) {
            throw CommandException.failed("the manifest " + digest + " did not arrive: " + e.getMessage(), e);
        }
    }

    /** Opens a blob from an offset on; the caller closes. */
    UpstreamAnswer blob(Content blob, long offset) throws CommandException, InterruptedException {
        UpstreamRequest request = UpstreamRequest.get(path("blobs", blob.digest().toString()), List.of(), credentials);
        return send(offset == 0 ? request : request.withHeader("Range", "bytes=" + offset + "-"), "blob " + blob.digest());
    }

    private String path(String kind, String reference) {
        return "/v2/" + image.repository() + "/" + kind + "/" + reference;
    }

    private UpstreamAnswer send(UpstreamRequest request, String what) throws CommandException, InterruptedException {
        UpstreamAnswer answer = exchange(request);
        if (isGood(answer)) {
            return answer;
        }
        try (answer) {
            throw refusal(answer, what);
        }
    }

    private static boolean isGood(UpstreamAnswer answer) {
        return answer.status() == 200 || answer.status() == 206;
    }

    private UpstreamAnswer exchange(UpstreamRequest request) throws CommandException, InterruptedException {
        try {
            return client.send(request.withQuery("ns=" + image.registry()));
        } catch (OriginException e) {
            throw switch (e.kind()) {
                case UNAUTHORIZED, FORBIDDEN ->
                    CommandException.denied(image.registry() + " does not allow it: " + e.getMessage() + "; try docker login");
                case NOT_FOUND -> CommandException.notFound(String.valueOf(e.getMessage()));
                case THROTTLED, UNAVAILABLE, WRONG_CONTENT -> unreachable(e);
            };
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private CommandException unreachable(IOException e) {
        String reason = e instanceof OriginException ? String.valueOf(e.getMessage()) : Failures.inWords(e);
        return CommandException.unreachable("no answer from an agent's mirror on " + address + " (" + reason
                + "); start one with 'darter up' or name it with --proxy", e);
    }

    private CommandException refusal(UpstreamAnswer answer, String what) {
        String reason = reason(answer);
        if (answer.status() == 404 && reason.contains(RegistryProxy.NOT_ALLOWED)) {
            return CommandException.denied("the " + what + " was refused: " + reason);
        }
        return switch (answer.status()) {
            case 401, 403 -> CommandException.denied("the " + what + " was refused: " + reason);
            case 404 -> CommandException.notFound("there is no " + what + ": " + reason);
            case 502, 503, 504 -> CommandException.unreachable("the " + what + " can't be had at the moment: " + reason, null);
            default -> CommandException.failed("the " + what + " can't be had: " + reason, null);
        };
    }

    /** The message of the specification's error format, or the status. */
    private static String reason(UpstreamAnswer answer) {
        try {
            String text = new String(answer.readAll(LARGEST_ERROR), StandardCharsets.UTF_8);
            String message = JsonMapper.shared().readTree(text).path("errors").path(0).path("message").asString("");
            if (!message.isEmpty()) {
                return message + " (" + answer.status() + ")";
            }
        } catch (IOException | JacksonException e) {
            // The status has to do.
        }
        return "status " + answer.status();
    }

    @Override
    public void close() {
        client.close();
    }
}
