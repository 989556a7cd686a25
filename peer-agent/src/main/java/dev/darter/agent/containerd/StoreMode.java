package dev.darter.agent.containerd;

import java.util.Arrays;
import java.util.Locale;

/** Whose files the blobs are that this host has pulled. */
public enum StoreMode {
    /** The agent has files of its own, whatever containerd has. */
    OWN,
    /** Where containerd has the same blob, the agent's file is another name of containerd's. */
    SHARED;

    /** Reads what stands in the configuration; anything else is an {@link IllegalArgumentException} with a message for the user. */
    public static StoreMode parse(String text) {
        return Arrays.stream(values())
                .filter(mode -> mode.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is neither own nor shared"));
    }
}
