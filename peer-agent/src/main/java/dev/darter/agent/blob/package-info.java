/** Blobs on their way through this host: downloads and their readers, reading the origin, and what is told to the swarm engine about them. */
@NullMarked
package dev.darter.agent.blob;

import org.jspecify.annotations.NullMarked;
