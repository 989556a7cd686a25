package dev.darter.registry;

import dev.darter.registry.upstream.Upstream;

/**
 * Which registry a request means, and what of its path is left for it.
 *
 * @param name what the client calls the registry; empty when it names none
 * @param path what follows {@code /v2/} and the registry's name
 */
record Address(Upstream upstream, Style style, String name, String path) {

    /** How a client says which registry it means. */
    enum Style {
        /** {@code ?ns=ghcr.io}: containerd, Docker's containerd store, BuildKit. */
        NAMESPACE,
        /** {@code /v2/ghcr.io/lib/app/…}: podman, CRI-O, skopeo, rewritten image names. */
        PREFIX,
        /** Not at all: Docker's classic store, for which a mirror is a mirror of Docker Hub. */
        DEFAULT,
        /** {@code GET http://registry:5000/v2/…}: a client that takes the agent for its HTTP proxy. */
        FORWARD
    }

    /** What clients of this style put before the registry's own repository names. */
    String prefix() {
        return style == Style.PREFIX ? name + "/" : "";
    }
}
