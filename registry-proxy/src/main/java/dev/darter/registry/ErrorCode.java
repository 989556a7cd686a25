package dev.darter.registry;

/** The error codes of the distribution specification that the proxy gives itself, each with its usual status. */
enum ErrorCode {
    NAME_INVALID(400),
    NAME_UNKNOWN(404),
    DIGEST_INVALID(400),
    MANIFEST_INVALID(400),
    MANIFEST_UNKNOWN(404),
    BLOB_UNKNOWN(404),
    UNAUTHORIZED(401),
    DENIED(403),
    UNSUPPORTED(405),
    RANGE_INVALID(416),
    TOOMANYREQUESTS(503),
    UNAVAILABLE(503),
    UNKNOWN(500);

    private final int status;

    ErrorCode(int status) {
        this.status = status;
    }

    /** The usual status. {@link #TOOMANYREQUESTS} has 503: runtimes answer 429 with retries without a pause. */
    int status() {
        return status;
    }
}
