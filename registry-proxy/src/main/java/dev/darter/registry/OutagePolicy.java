package dev.darter.registry;

/** What a caller gets while the upstream can't say whether he may have it. */
public enum OutagePolicy {
    /** Everything that the cluster still has. */
    SERVE_ALL,
    /** What the upstream allowed this caller not long ago. */
    SERVE_PROVEN,
    /** Nothing but what a proof still covers. */
    REFUSE
}
