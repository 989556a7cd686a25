/** A client of containerd's gRPC services, as far as its content store is concerned. */
@NullMarked
package dev.darter.containerd;

import org.jspecify.annotations.NullMarked;
