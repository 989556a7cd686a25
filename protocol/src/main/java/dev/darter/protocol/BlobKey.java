package dev.darter.protocol;

/**
 * What a swarm is about: a blob, as content of one registry. The same digest from two registries is two swarms, so that a registry which lets
 * everybody in can't open content that only another one has handed out.
 *
 * @param registry the upstream's base URL without a trailing slash, for instance {@code https://registry-1.docker.io}; equal on all hosts
 */
public record BlobKey(String registry, Digest digest) {}
