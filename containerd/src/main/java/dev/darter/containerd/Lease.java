package dev.darter.containerd;

/** Keeps content in a namespace from being collected. */
public record Lease(String namespace, String id) {}
