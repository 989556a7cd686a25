/** Both sides of the OCI distribution protocol: the face to container runtimes and the client of upstream registries. */
@NullMarked
package dev.darter.registry;

import org.jspecify.annotations.NullMarked;
