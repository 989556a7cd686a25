package dev.darter.registry;

import dev.darter.protocol.Digest;

/** The two places where a registry has content that is named by its digest. */
enum ContentKind {
    MANIFEST("manifests", ErrorCode.MANIFEST_UNKNOWN),
    BLOB("blobs", ErrorCode.BLOB_UNKNOWN);

    private final String folder;
    private final ErrorCode unknown;

    ContentKind(String folder, ErrorCode unknown) {
        this.folder = folder;
        this.unknown = unknown;
    }

    /** Where the upstream has it. */
    String path(String repository, Digest digest) {
        return "/v2/" + repository + "/" + folder + "/" + digest;
    }

    /** The error for content that isn't there. */
    ErrorCode unknown() {
        return unknown;
    }
}
