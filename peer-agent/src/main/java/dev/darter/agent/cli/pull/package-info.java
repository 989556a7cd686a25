/** What {@code darter pull} does: asks the local agent's mirror for an image as a container runtime would, and throws the bytes away. */
@NullMarked
package dev.darter.agent.cli.pull;

import org.jspecify.annotations.NullMarked;
