package dev.darter.service;

import java.io.IOException;

/** A request's body is longer than its reader allows. */
public final class BodyTooLargeException extends IOException {

    /** Names the limit. */
    public BodyTooLargeException(int maxBytes) {
        super("the request's body is longer than " + maxBytes + " bytes");
    }
}
