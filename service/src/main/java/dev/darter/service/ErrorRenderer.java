package dev.darter.service;

/** Gives a body to the errors that the server itself answers: 400, 414, 426, 431, 500. */
@FunctionalInterface
public interface ErrorRenderer {

    /** {@code {"error":"…"}}. */
    ErrorRenderer JSON = (status, message) -> new ErrorBody("application/json",
            "{\"error\":\"" + message.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}\n");

    /** Makes the body; the message is one line without secrets. */
    ErrorBody render(int status, String message);

    /** A text and its media type. */
    record ErrorBody(String contentType, String text) {}
}
