package dev.darter.containerd;

import java.io.IOException;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/** containerd can't do what was asked, or can't be asked. */
public final class ContainerdException extends IOException {

    /** What went wrong. */
    public enum Code {
        /** It does not answer: its socket is missing, or it is being restarted. May succeed later. */
        UNAVAILABLE,
        /** This process may not use its socket. */
        DENIED,
        /** There is no such content, namespace or lease. */
        NOT_FOUND,
        /** The content is there already. */
        ALREADY_EXISTS,
        /** Another writer has the same ingest open, or the one that is open is of something else. May succeed later. */
        BUSY,
        /** Its disk is full. May succeed later. */
        FULL,
        /** Anything else. */
        OTHER
    }

    private static final long serialVersionUID = 1L;

    private final Code code;

    ContainerdException(Code code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    static ContainerdException of(String what, Throwable cause) {
        Status status = Status.fromThrowable(cause);
        String description = status.getDescription();
        Throwable root = status.getCause() == null ? cause : status.getCause();
        String reason = status.getCode() == Status.Code.UNAVAILABLE && !(root instanceof StatusRuntimeException)
                ? String.valueOf(root.getMessage())
                : description == null ? status.getCode().toString() : description;
        return new ContainerdException(code(status, reason), what + ": " + reason, cause);
    }

    private static Code code(Status status, String reason) {
        return switch (status.getCode()) {
            case NOT_FOUND -> Code.NOT_FOUND;
            case ALREADY_EXISTS -> Code.ALREADY_EXISTS;
            case PERMISSION_DENIED, UNAUTHENTICATED -> Code.DENIED;
            case RESOURCE_EXHAUSTED -> Code.FULL;
            // containerd says that a reference is locked in the words of a server that is not there.
            case UNAVAILABLE ->
                reason.contains("locked") ? Code.BUSY : reason.contains("Permission denied") ? Code.DENIED : Code.UNAVAILABLE;
            case DEADLINE_EXCEEDED, CANCELLED -> Code.UNAVAILABLE;
            case FAILED_PRECONDITION, ABORTED -> Code.BUSY;
            // No class of its own in its interface: errors of the operating system come as text.
            default -> reason.contains("no space left on device") ? Code.FULL : Code.OTHER;
        };
    }

    /** What went wrong. */
    public Code code() {
        return code;
    }
}
