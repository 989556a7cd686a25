/** Value types and messages that Darter hosts share, with their codecs. */
@NullMarked
package dev.darter.protocol;

import org.jspecify.annotations.NullMarked;
