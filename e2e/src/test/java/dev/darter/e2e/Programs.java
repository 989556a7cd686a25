package dev.darter.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Finds the real programs that the tests drive. One that is missing fails the test: nothing is skipped. */
final class Programs {
    /** Debian's folders first: a machine may have other versions of the same programs in /usr/local. */
    private static final List<Path> FOLDERS = List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/sbin"),
            Path.of("/bin"), Path.of("/usr/local/sbin"), Path.of("/usr/local/bin"));

    private static final Map<String, String> DEBIAN_PACKAGES = Map.of("dockerd", "docker.io", "docker", "docker.io",
            "ctr", "containerd", "busybox", "busybox-static", "promtool", "prometheus", "systemd-analyze", "systemd");

    private Programs() {}

    static String path(String program) {
        return FOLDERS.stream()
                .map(folder -> folder.resolve(program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "the end-to-end tests need the program " + program + ": apt-get install "
                                + DEBIAN_PACKAGES.getOrDefault(program, program)))
                .toString();
    }

    /** The JVM that runs the tests also runs the product. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
