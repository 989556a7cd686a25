/**
 * Decides which chunk a host asks for, from whom, and when it gives up. Pure: events and a clock reading go in, commands come out. Start at
 * {@link dev.darter.agent.swarm.SwarmEngine}.
 */
@NullMarked
package dev.darter.agent.swarm;

import org.jspecify.annotations.NullMarked;
