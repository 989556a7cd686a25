/** The agent's link with its scheduler, and what is remembered of the cluster for times without one. */
@NullMarked
package dev.darter.agent.link;

import org.jspecify.annotations.NullMarked;
