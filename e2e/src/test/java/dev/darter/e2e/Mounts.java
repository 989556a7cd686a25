package dev.darter.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What is mounted on this machine. */
final class Mounts {
    private Mounts() {}

    /** Unmounts all that a program has left below a folder; the folder could not be deleted otherwise. */
    static void releaseBelow(Sandbox sandbox, Path folder) throws IOException {
        List<String> below = Files.readAllLines(Path.of("/proc/mounts"))
                .stream()
                .map(line -> line.split(" ", 3)[1])
                .filter(mount -> mount.startsWith(folder + "/"))
                .toList();
        // The reverse order of mounting.
        for (String mount : below.reversed()) {
            sandbox.run(sandbox.command("umount", "umount", mount)).orFail("umount");
        }
    }
}
