package dev.darter.registry;

import java.net.SocketAddress;
import java.util.Optional;

import dev.darter.registry.upstream.Credentials;

/**
 * The agent's own accounts at registries, for callers that send no credentials: podman and Docker's containerd store send none to a mirror.
 * Whoever is given them reads what the account may read.
 */
@FunctionalInterface
public interface AgentCredentials {

    /** Nobody is trusted with any. */
    AgentCredentials NONE = (_, _) -> Optional.empty();

    /**
     * The account to use for this caller at this registry, if he is trusted with one.
     *
     * @param registry base URL of the upstream
     */
    Optional<Credentials.Own> forCaller(String registry, SocketAddress caller);
}
