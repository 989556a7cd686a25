package dev.darter.agent.containerd;

import java.util.List;

/**
 * What is used of containerd's content, for the operator.
 *
 * @param connected whether it tells what it holds
 * @param servedBlobs complete blobs that are served from where containerd keeps them
 * @param sharedBlobs complete blobs whose file is containerd's and the agent's
 * @param notes what keeps more from being used, in sentences
 */
public record ContainerdState(String socket, boolean connected, int servedBlobs, int sharedBlobs, List<String> notes) {}
