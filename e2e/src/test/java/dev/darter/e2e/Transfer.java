package dev.darter.e2e;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One request to a registry and what became of it. Written by one thread, read by any.
 */
final class Transfer {
    private final HttpRequest request;
    private final AtomicLong bodyBytes = new AtomicLong();
    private volatile int status;
    private volatile String digest = "";
    private volatile long endedNanos;

    Transfer(HttpRequest request) {
        this.request = request;
    }

    HttpRequest request() {
        return request;
    }

    /** 0 before the answer has begun. */
    int status() {
        return status;
    }

    /** What the registry's answer says the content is; empty when it does not. */
    String digest() {
        return digest;
    }

    /** Bytes of the body that were handed to the kernel so far. */
    long bodyBytes() {
        return bodyBytes.get();
    }

    /** Whether content was asked for and given: a GET that succeeded. */
    boolean isContent() {
        return request.method().equals("GET") && status / 100 == 2 && !digest.isEmpty();
    }

    /** When the last byte was sent, by {@link System#nanoTime}; empty while it was not. */
    OptionalLong ended() {
        return endedNanos == 0 ? OptionalLong.empty() : OptionalLong.of(endedNanos);
    }

    void begin(int answeredStatus, String contentDigest) {
        digest = contentDigest;
        status = answeredStatus;
    }

    void sent(int bytes) {
        bodyBytes.addAndGet(bytes);
    }

    void end() {
        endedNanos = System.nanoTime();
    }

    @Override
    public String toString() {
        String range = request.header("range").map(value -> " " + value).orElse("");
        return request.method() + " " + request.path() + range + " -> " + status + ", " + bodyBytes + " bytes";
    }
}
