package dev.darter.e2e;

import java.util.Map;

/** One way in which a registry can go wrong. */
sealed interface Fault {
    /** None: the right answer. */
    record Honest() implements Fault {}

    /** An error instead of the answer. */
    record Status(int status, Map<String, String> headers) implements Fault {}

    /** The promised length, and a reset after some of it. */
    record CutAfter(int bytes) implements Fault {}

    /** More bytes than the content has, and a length that says so. */
    record TooLong(int more) implements Fault {}

    /** The right length, one wrong byte. */
    record WrongByte(int offset) implements Fault {}

    /** Silence in the middle, until the client goes. */
    record StallAfter(int bytes) implements Fault {}

    /** A redirect to itself. */
    record RedirectLoop() implements Fault {}
}
