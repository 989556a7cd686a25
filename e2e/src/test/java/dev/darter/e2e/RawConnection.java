package dev.darter.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/** Sends bytes that no well-bred HTTP client would. */
final class RawConnection {
    private static final int TIMEOUT_MILLIS = 20_000;

    /** Status line, headers and body of one answer. */
    record Reply(int status, String headers, String body) {}

    private RawConnection() {}

    /** Sends one request and reads until the server closes, which the request has to ask for. */
    static Reply exchange(int port, String request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            BufferedReader reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            String text = reader.lines().collect(Collectors.joining("\n"));
            int end = text.indexOf("\n\n");
            if (!text.startsWith("HTTP/1.1 ") || end < 0) {
                throw new AssertionError("not an HTTP answer to " + request.lines().findFirst().orElse("") + ": " + text);
            }
            return new Reply(Integer.parseInt(text.substring(9, 12)), text.substring(0, end), text.substring(end + 2));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
