package dev.darter.agent.cli.pull;

import dev.darter.protocol.Digest;

/** A part of an image that is to be fetched. */
record Content(Digest digest, long size, String mediaType) {
    private static final int SHORT = 12;

    /** The start of the digest, as {@code docker pull} shows it. */
    String shortName() {
        return digest.hex().substring(0, SHORT);
    }
}
