/** Tests in which the whole program runs against real registries, runtimes and networks. */
@NullMarked
package dev.darter.e2e;

import org.jspecify.annotations.NullMarked;
