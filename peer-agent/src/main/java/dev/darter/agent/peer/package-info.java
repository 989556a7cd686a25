/** The wire between agents: control links, the data connections beneath them, and what is served to neighbours. */
@NullMarked
package dev.darter.agent.peer;

import org.jspecify.annotations.NullMarked;
