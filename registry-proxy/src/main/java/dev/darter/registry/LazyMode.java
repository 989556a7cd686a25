package dev.darter.registry;

/** What comes of a blob of which only parts are read. */
public enum LazyMode {
    /** The chunks that these parts touch, and nothing else. */
    RANGES_ONLY,
    /** The rest as well, behind what somebody waits for, while the caller is there whose credentials open the registry. */
    FILL_IN_BACKGROUND
}
