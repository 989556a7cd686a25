package dev.darter.protocol;

/** Another host sent what is no message of this protocol; the link it came over is of no further use. */
public final class ProtocolException extends Exception {

    private static final long serialVersionUID = 1L;

    ProtocolException(String message) {
        super(message);
    }

    ProtocolException(String message, Throwable cause) {
        super(message, cause);
    }
}
