package dev.darter.registry;

import java.io.IOException;

/** An origin whose success is told: whoever was given the content may read it. */
record ProvingOrigin(OriginAccess origin, Runnable onSuccess) implements OriginAccess {

    @Override
    public OriginBody open(long offset) throws IOException, InterruptedException {
        OriginBody body = origin.open(offset);
        onSuccess.run();
        return body;
    }

    @Override
    public OriginBody open(long offset, long length) throws IOException, InterruptedException {
        OriginBody body = origin.open(offset, length);
        onSuccess.run();
        return body;
    }
}
