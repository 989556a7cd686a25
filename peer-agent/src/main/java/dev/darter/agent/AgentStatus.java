package dev.darter.agent;

import java.util.List;
import java.util.Optional;

import dev.darter.agent.containerd.ContainerdState;

/**
 * The state of a running agent, as {@code GET /status} on its admin listener gives it in JSON and {@code darter status} shows it.
 *
 * @param version of the program
 * @param proxy address of the mirror
 * @param peer address for other agents
 * @param ready whether the mirror accepts pulls
 * @param schedulers all that were configured
 * @param upstreams names and URLs of the registries that may be asked, {@code NAME=URL}
 * @param neighbours number of open links to other agents
 * @param containerd empty where none is configured
 */
public record AgentStatus(String version, String proxy, String peer, boolean ready, List<SchedulerLink> schedulers, List<String> upstreams,
        int neighbours,
        StoreState store, List<Download> downloads, Optional<ContainerdState> containerd) {

    /** A scheduler and whether there is a link to it. */
    public record SchedulerLink(String url, boolean connected) {}

    /** Disk in use, in bytes, and the number of complete blobs. */
    public record StoreState(long bytes, long quotaBytes, long blobs) {}

    /**
     * A blob under way.
     *
     * @param verifiedBytes how much of it is here
     * @param size 0 while it is not known
     */
    public record Download(String digest, long verifiedBytes, long size) {}
}
