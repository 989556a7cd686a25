package dev.darter.e2e;

/** Media types of the OCI image specification, of Docker, and of what else lives in registries. */
final class MediaTypes {
    static final String INDEX = "application/vnd.oci.image.index.v1+json";
    static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    static final String LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
    static final String LAYER_ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd";

    static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
    static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";

    static final String IN_TOTO = "application/vnd.in-toto+json";
    static final String WASM_CONFIG = "application/vnd.wasm.config.v0+json";
    static final String WASM = "application/wasm";

    static final String SPDX = "application/spdx+json";
    static final String COSIGN_SIGNATURE = "application/vnd.dev.cosign.simplesigning.v1+json";
    static final String DSSE = "application/vnd.dsse.envelope.v1+json";
    static final String SIGSTORE = "application/vnd.dev.sigstore.bundle.v0.3+json";

    private MediaTypes() {}
}
