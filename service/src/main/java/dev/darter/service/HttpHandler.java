package dev.darter.service;

/** Answers HTTP requests. */
@FunctionalInterface
public interface HttpHandler {

    /**
     * Answers one request, on a virtual thread of its own, in blocking style. Requests of one connection come one after the other, also
     * when the client has sent several at once. Returning without an answer, or throwing before anything was sent, answers 500; throwing
     * later cuts the connection.
     */
    void handle(HttpExchange exchange) throws Exception;
}
