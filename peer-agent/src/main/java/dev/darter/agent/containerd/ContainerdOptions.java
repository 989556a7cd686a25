package dev.darter.agent.containerd;

import java.nio.file.Path;

/**
 * How containerd's content is used.
 *
 * @param socket that it listens on, now or later
 */
public record ContainerdOptions(Path socket, StoreMode storeMode) {}
