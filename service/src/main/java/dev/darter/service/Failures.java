package dev.darter.service;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.util.stream.Stream;

/** Says in plain words why a connection failed: many of the JDK's exceptions have no message, and say it with their class. */
public final class Failures {
    private Failures() {}

    /** A few words, for the end of a sentence that names the other side. */
    public static String inWords(Throwable failure) {
        if (has(failure, UnresolvedAddressException.class) || has(failure, UnknownHostException.class)) {
            return "its name can't be resolved";
        }
        // The JDK's client wraps the closing of its own socket into what it makes of a refusal.
        Throwable speaker = chain(failure).filter(ConnectException.class::isInstance).findFirst().orElseGet(() -> innermost(failure));
        String message = speaker.getMessage();
        if (message != null && !message.isBlank()) {
            return message;
        }
        return switch (speaker) {
            case ConnectException _ -> "connection refused";
            case ClosedChannelException _,EOFException _ -> "the connection was closed";
            default -> speaker.getClass().getSimpleName();
        };
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        return chain(failure).anyMatch(type::isInstance);
    }

    private static Throwable innermost(Throwable failure) {
        return chain(failure).reduce(failure, (_, inner) -> inner);
    }

    private static Stream<Throwable> chain(Throwable failure) {
        return Stream.iterate(failure, java.util.Objects::nonNull, Throwable::getCause);
    }
}
