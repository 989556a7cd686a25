/** The command line: options and where their values come from, and what each command does with them. */
@NullMarked
package dev.darter.agent.cli;

import org.jspecify.annotations.NullMarked;
