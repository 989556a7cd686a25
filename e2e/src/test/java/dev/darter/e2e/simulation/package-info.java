/** A deterministic simulation: the real decision classes of scheduler and agent on virtual time, over modelled links. */
@NullMarked
package dev.darter.e2e.simulation;

import org.jspecify.annotations.NullMarked;
