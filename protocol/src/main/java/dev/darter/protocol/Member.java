package dev.darter.protocol;

/**
 * A host as others know it.
 *
 * @param address where its peer listener is reached, as {@code host:port}
 * @param zone the part of the network it is in; links between zones may be thin
 */
public record Member(HostId host, String address, String zone) {}
