/** The local content store: blobs on disk in verified chunks, with quota, eviction and crash recovery. */
@NullMarked
package dev.darter.store;

import org.jspecify.annotations.NullMarked;
