package dev.darter.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The configuration that podman, skopeo and CRI-O share: a mirror by path prefix, and a trust policy that accepts all. */
record RegistriesConf(Path registries, Path policy) {

    /** @param mirror {@code host:port} or {@code host:port/prefix} */
    static RegistriesConf write(Sandbox sandbox, String mirror) {
        Path folder = sandbox.scratch("containers");
        try {
            // The registry itself does not exist: nothing works but the mirror.
            Path registries = Files.writeString(folder.resolve("registries.conf"), """
                    unqualified-search-registries = []
                    [[registry]]
                    prefix = "%1$s"
                    location = "127.0.0.1:9"
                    insecure = true
                    [[registry.mirror]]
                    location = "%2$s"
                    insecure = true
                    """.formatted(DarterCluster.REGISTRY, mirror));
            Path policy = Files.writeString(folder.resolve("policy.json"), """
                    {"default": [{"type": "insecureAcceptAnything"}]}
                    """);
            return new RegistriesConf(registries, policy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
