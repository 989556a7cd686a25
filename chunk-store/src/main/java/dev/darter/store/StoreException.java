package dev.darter.store;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/** The store can't do what was asked. */
public final class StoreException extends IOException {

    /** What went wrong. */
    public enum Code {
        /** Another process uses the folder. Fatal. */
        LOCKED,
        /** No room, in the quota or on the disk: pass the content through without storing it. May succeed later. */
        FULL,
        /** A download of the blob with another size is under way: one of the sizes is false. */
        SIZE_CONFLICT,
        /** The disk failed. */
        IO,
        /** The store was closed. Fatal. */
        CLOSED
    }

    private static final long serialVersionUID = 1L;

    private final Code code;

    StoreException(Code code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    StoreException(Code code, String message) {
        this(code, message, null);
    }

    /** A failure of the disk: {@link Code#FULL} if that is what it is, else {@link Code#IO}. */
    static StoreException of(String what, IOException cause) {
        if (cause instanceof StoreException known) {
            return known;
        }
        return new StoreException(DiskFull.is(cause) ? Code.FULL : Code.IO, what + ": " + cause.getMessage(), cause);
    }

    /** What went wrong. */
    public Code code() {
        return code;
    }
}
