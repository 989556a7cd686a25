package dev.darter.e2e;

import java.nio.file.Path;

/** The containerd that is newer than Debian's. */
final class NewerContainerd {
    private static final Path FOLDER = BuiltProgram.folder("containerd.sh");

    private NewerContainerd() {}

    /** Where its programs are. */
    static Path folder() {
        return FOLDER;
    }
}
