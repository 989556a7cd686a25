package dev.darter.registry;

import java.util.List;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;
import dev.darter.registry.Proofs.Subject;
import dev.darter.registry.upstream.Header;
import dev.darter.registry.upstream.Upstream;
import dev.darter.service.HttpExchange;

/** One request of a runtime, the registry it means, and whose it is. */
record Pull(HttpExchange exchange, Address address, Caller caller) {

    Upstream upstream() {
        return address.upstream();
    }

    /** The registry as the whole cluster knows it. */
    String registry() {
        return upstream().identity();
    }

    boolean isHead() {
        return exchange.method().equals("HEAD");
    }

    Subject subject(ContentKind kind, String repository, Digest digest) {
        return new Subject(caller.id(), registry(), repository, kind, digest);
    }

    BlobKey key(Digest digest) {
        return new BlobKey(registry(), digest);
    }

    /** The client's {@code Accept} lines as it sent them: Docker sends several, and registries decide by them. */
    List<Header> accept() {
        return exchange.headers().getAll("Accept").stream().map(value -> new Header("Accept", value)).toList();
    }

    /** The headers that each answer has. */
    HttpHeaders answerHeaders() {
        HttpHeaders headers = new DefaultHttpHeaders().set("Docker-Distribution-API-Version", "registry/2.0");
        if (!address.name().isEmpty()) {
            headers.set("OCI-Namespace", address.name());
        }
        return headers;
    }
}
