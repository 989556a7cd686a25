package dev.darter.store;

import java.io.IOException;

/** Tells a full disk from a broken one. */
final class DiskFull {

    private DiskFull() {}

    /** Java has no type for ENOSPC and EDQUOT: the system's own words are all there is. The launchers see to it that they are English. */
    static boolean is(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("No space left on device") || message.contains("Disk quota exceeded");
    }
}
