package dev.darter.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a handler of {@link HttpListener} answers: a status and headers once, then any bytes, also wrong ones. */
final class HttpReply {
    private final Socket socket;
    private final OutputStream out;
    private final boolean head;

    HttpReply(Socket socket, boolean head) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.head = head;
    }

    /** Sends status and headers. A body of {@code Content-Length} bytes has to follow unless the request was a HEAD. */
    void begin(int status, Map<String, String> headers) throws IOException {
        StringBuilder text = new StringBuilder("HTTP/1.1 ").append(status).append(" E2E\r\n");
        headers.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        out.write(text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    }

    OutputStream body() {
        return out;
    }

    /** Sends a whole answer. */
    void send(int status, Map<String, String> headers, byte[] body) throws IOException {
        Map<String, String> withLength = new LinkedHashMap<>(headers);
        withLength.put("Content-Length", Integer.toString(body.length));
        begin(status, withLength);
        if (!head) {
            out.write(body);
        }
    }

    /** Breaks the connection with a reset, whatever was promised. */
    void cut() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }
}
