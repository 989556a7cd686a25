package dev.darter.registry;

/** A salted hash of credentials. Means nothing to another process. */
record CallerId(String hash) {}
