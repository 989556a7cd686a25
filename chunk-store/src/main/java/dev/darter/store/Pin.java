package dev.darter.store;

/** Keeps a blob from being evicted until it is closed. */
public interface Pin extends AutoCloseable {

    /** Lets go; a second call does nothing. */
    @Override
    void close();
}
