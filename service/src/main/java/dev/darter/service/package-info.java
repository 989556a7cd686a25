/** What every Darter process has: configuration, admin listener, TLS identity, event loops and orderly shutdown. */
@NullMarked
package dev.darter.service;

import org.jspecify.annotations.NullMarked;
