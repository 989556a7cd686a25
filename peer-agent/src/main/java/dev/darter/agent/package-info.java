/** The swarm engine and the command line; it assembles the program from the other modules. */
@NullMarked
package dev.darter.agent;

import org.jspecify.annotations.NullMarked;
