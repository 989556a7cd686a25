package dev.darter.registry;

import dev.darter.protocol.Digest;

/** What a request below {@code /v2/} asks for, apart from which registry it means. */
sealed interface Route {

    /** {@code /v2/}: is this a registry, and does it want credentials? */
    record Base() implements Route {}

    /** {@code /v2/_catalog}. */
    record Catalog() implements Route {}

    /** {@code /v2/<name>/manifests/<reference>}. */
    record Manifest(String repository, Reference reference) implements Route {}

    /** {@code /v2/<name>/blobs/<digest>}. */
    record Blob(String repository, Digest digest) implements Route {}

    /** {@code /v2/<name>/tags/list}. */
    record Tags(String repository) implements Route {}

    /** {@code /v2/<name>/referrers/<digest>}. */
    record Referrers(String repository, Digest digest) implements Route {}

    /** Reads what follows {@code /v2/} and the registry, for instance {@code library/app/manifests/latest}. */
    static Route parse(String path) throws RefusedException {
        if (path.isEmpty()) {
            return new Base();
        }
        if (path.equals("_catalog")) {
            return new Catalog();
        }
        int last = path.lastIndexOf('/');
        int verb = last <= 0 ? -1 : path.lastIndexOf('/', last - 1);
        if (verb <= 0) {
            throw unknown(path);
        }
        String name = path.substring(0, verb);
        String value = path.substring(last + 1);
        return switch (path.substring(verb + 1, last)) {
            case "manifests" -> new Manifest(Names.repository(name), Names.reference(value));
            case "blobs" -> new Blob(Names.repository(name), Names.digest(value));
            case "referrers" -> new Referrers(Names.repository(name), Names.digest(value));
            case "tags" -> {
                if (!value.equals("list")) {
                    throw unknown(path);
                }
                yield new Tags(Names.repository(name));
            }
            default -> throw unknown(path);
        };
    }

    private static RefusedException unknown(String path) {
        return new RefusedException(ErrorCode.NAME_UNKNOWN, "'/v2/" + Names.shown(path) + "' is nothing that a registry has");
    }
}
