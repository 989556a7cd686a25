/** Who vouches for a chain state: keys, signatures, and which keys this host believes. */
@NullMarked
package dev.darter.agent.trust;

import org.jspecify.annotations.NullMarked;
