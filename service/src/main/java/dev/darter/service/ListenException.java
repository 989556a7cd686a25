package dev.darter.service;

import java.io.IOException;

/** A listener can't have its address. The message names it and says why. */
public final class ListenException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient HostPort address;

    ListenException(HostPort address, String why, Throwable cause) {
        super("can't listen on " + address + ": " + why, cause);
        this.address = address;
    }

    /** The one that was asked for. */
    public HostPort address() {
        return address;
    }
}
