package dev.darter.registry;

import java.time.Instant;
import java.util.Optional;

import dev.darter.registry.upstream.Credentials;

/**
 * Who asks, as far as a registry can tell: with which credentials, if any.
 *
 * @param id stands for the credentials where they must not stand themselves
 * @param expires when the token ends, where it can be seen
 */
record Caller(Credentials credentials, CallerId id, Optional<Instant> expires) {}
