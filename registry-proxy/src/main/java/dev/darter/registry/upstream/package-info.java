/** The client of upstream registries: credentials, tokens, redirects, proxies, and bodies that survive a broken connection. */
@NullMarked
package dev.darter.registry.upstream;

import org.jspecify.annotations.NullMarked;
