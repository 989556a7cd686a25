package dev.darter.e2e;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request without a body, as {@link HttpListener} read it.
 *
 * @param path with its query
 * @param headers by lower-case name, the lines of each in their order
 */
record HttpRequest(String method, String path, Map<String, List<String>> headers) {
    private static final int LONGEST_LINE = 64 << 10;

    /** The next request of a connection; empty at its end. */
    static Optional<HttpRequest> read(InputStream in) throws IOException {
        Optional<String> start = readLine(in);
        if (start.isEmpty()) {
            return Optional.empty();
        }
        String[] words = start.get().split(" ", 3);
        if (words.length != 3) {
            throw new IOException("not a request line: " + start.get());
        }
        Map<String, List<String>> headers = new TreeMap<>();
        for (String line = headerLine(in); !line.isEmpty(); line = headerLine(in)) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                throw new IOException("not a header: " + line);
            }
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        return Optional.of(new HttpRequest(words[0], words[1], headers));
    }

    Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName)).map(List::getFirst);
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    String pathWithoutQuery() {
        int question = path.indexOf('?');
        return question < 0 ? path : path.substring(0, question);
    }

    private static String headerLine(InputStream in) throws IOException {
        return readLine(in).orElseThrow(() -> new EOFException("the client went away in the middle of its headers"));
    }

    /** Empty at the end of the stream. */
    private static Optional<String> readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        if (next < 0) {
            return Optional.empty();
        }
        for (; next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the client went away in the middle of a line");
            }
            if (line.size() == LONGEST_LINE) {
                throw new IOException("a line of more than " + LONGEST_LINE + " bytes");
            }
            line.write(next);
        }
        return Optional.of(line.toString(StandardCharsets.UTF_8).stripTrailing());
    }
}
