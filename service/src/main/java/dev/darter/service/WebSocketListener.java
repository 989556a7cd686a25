package dev.darter.service;

/** What a WebSocket tells its user; calls for one link come one after the other, on a virtual thread, and may block. */
public interface WebSocketListener {

    /** A text has arrived. An exception closes the link. */
    void onText(WebSocketLink link, String text);

    /** The link has ended, for whatever reason; called once, after the last text. */
    void onClosed(WebSocketLink link);
}
