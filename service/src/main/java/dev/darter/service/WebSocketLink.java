package dev.darter.service;

/** One end of an open WebSocket. Thread-safe; texts arrive in the order in which they were sent. */
public interface WebSocketLink {

    /**
     * Queues a text of 8 MiB at most and returns at once. On a closed link it is dropped; {@link WebSocketListener#onClosed} tells of the
     * end.
     */
    void send(String text);

    /** Closes with a close frame, after what was sent before. */
    void close();

    /** Whether the link can still carry texts. */
    boolean isOpen();

    /** Bytes that were sent here and have not gone to the socket yet. A link whose other end lets more than 64 MiB pile up is closed. */
    long bufferedBytes();

    /** The other end's address, for logs. */
    String remote();
}
