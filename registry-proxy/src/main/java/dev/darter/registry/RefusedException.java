package dev.darter.registry;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;

/** A request that ends with an error answer. Control flow that clients cause at will, so it carries no stack. */
final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final ErrorCode code;
    private final transient HttpHeaders headers;

    RefusedException(ErrorCode code, String message) {
        this(code.status(), code, message, new DefaultHttpHeaders());
    }

    /** @param headers sent beside the error, for instance a challenge */
    RefusedException(int status, ErrorCode code, String message, HttpHeaders headers) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.headers = headers;
    }

    int status() {
        return status;
    }

    ErrorCode code() {
        return code;
    }

    HttpHeaders headers() {
        return headers;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
