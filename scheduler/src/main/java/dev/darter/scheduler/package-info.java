/** Knows who is in the cluster, who holds what, and who should trade with whom. */
@NullMarked
package dev.darter.scheduler;

import org.jspecify.annotations.NullMarked;
