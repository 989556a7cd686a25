package dev.darter.registry;

import java.util.Optional;

/** For content that lies here: nothing is fetched for it. */
enum NoOrigin implements OriginAccess {
    INSTANCE;

    @Override
    public OriginBody open(long offset) throws OriginException {
        throw new OriginException(OriginException.Kind.UNAVAILABLE, "only local content was wanted", Optional.empty());
    }

    @Override
    public OriginBody open(long offset, long length) throws OriginException {
        return open(offset);
    }
}
