package dev.darter.store;

/** What the store has of a blob. What it hands out must be closed. */
public sealed interface Lookup {

    /** All of it, proven. */
    record Complete(StoredBlob blob) implements Lookup {}

    /** Some chunks, of a download that is under way or was left. */
    record Partial(PartialBlob blob) implements Lookup {}

    /** Nothing that came from this registry. */
    record Missing() implements Lookup {}
}
