package dev.darter.agent.peer;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

import dev.darter.agent.peer.ChunkRequest.Lane;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;

/**
 * A kept-alive HTTP/1.1 connection to one neighbour, for one request at a time. Blocking, made for a virtual thread: the body goes from the
 * socket into the array that is hashed, with nothing in between. {@link #close} from another thread ends a request that hangs.
 */
final class DataConnection implements AutoCloseable {

    private static final int MAX_LINE = 8 << 10;
    private static final int MAX_HEADERS = 100;
    private static final long REPORT_NANOS = Duration.ofMillis(200).toNanos();
    /** Smaller than any body, so that the stream's buffer is passed by when a body is read. */
    private static final int HEADER_BUFFER = 1 << 10;

    /** The beginning of an answer; {@code length} bytes of body follow. */
    record Answer(int status, long length) {}

    private final Socket socket;
    private final InputStream in;
    private final String host;

    private DataConnection(Socket socket, String host) throws IOException {
        this.socket = socket;
        this.host = host;
        this.in = new BufferedInputStream(socket.getInputStream(), HEADER_BUFFER);
    }

    static DataConnection open(InetSocketAddress address, Duration timeout) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            socket.connect(address, Math.toIntExact(timeout.toMillis()));
            return new DataConnection(socket, address.getHostString() + ":" + address.getPort());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends a request for a chunk and waits for the beginning of the answer: the neighbour answers when the chunk's turn has come. */
    Answer request(ChunkRequest request, HostId self) throws IOException {
        String head = "GET " + target(request.blob()) + " HTTP/1.1\r\n" //
                + "Host: " + host + "\r\n" //
                + "Range: bytes=" + request.offset() + "-" + (request.offset() + request.length() - 1) + "\r\n" //
                + "Darter-Host: " + self + "\r\n" //
                + "Darter-Request: " + request.id() + "\r\n" //
                + (request.lane() == Lane.ORDINARY ? "\r\n" : "Darter-Priority: " + request.lane() + "\r\n\r\n");
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        return readAnswer();
    }

    /**
     * Asks for something small and reads it whole; anything but an answer with 200 within the time is an {@link IOException}. The time is that of
     * the whole answer: a neighbour that sends a byte now and then holds nobody up for longer.
     */
    byte[] get(String target, int maxBytes, Duration timeout) throws IOException {
        CompletableFuture<Boolean> inTime = new CompletableFuture<Boolean>().completeOnTimeout(false, timeout.toMillis(),
                TimeUnit.MILLISECONDS);
        var _ = inTime.thenAccept(answered -> {
            if (!answered) {
                close();
            }
        });
        try {
            String head = "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            Answer answer = readAnswer();
            if (answer.status() != 200 || answer.length() < 0 || answer.length() > maxBytes) {
                throw new IOException("The neighbour answers " + answer.status() + " with " + answer.length() + " bytes");
            }
            return in.readNBytes(Math.toIntExact(answer.length()));
        } finally {
            inTime.complete(true);
        }
    }

    /** Reads a body of exactly this length; tells how far it is for the first bytes and then a few times a second. A body that stops for so long ends. */
    void readBody(byte[] into, int length, Duration stall, IntConsumer progress) throws IOException {
        socket.setSoTimeout(Math.toIntExact(stall.toMillis()));
        long nextReport = System.nanoTime();
        for (int done = 0; done < length;) {
            int count = in.read(into, done, length - done);
            if (count < 0) {
                throw new EOFException("The neighbour closed the connection within a body");
            }
            done += count;
            if (done < length && System.nanoTime() - nextReport >= 0) {
                progress.accept(done);
                nextReport = System.nanoTime() + REPORT_NANOS;
            }
        }
        socket.setSoTimeout(0);
    }

    /** Reads a body and throws it away. */
    void skipBody(long length) throws IOException {
        in.skipNBytes(length);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException ignored) {
            // Nobody waits for this connection any more.
        }
    }

    static String target(BlobKey blob) {
        return "/p2p/v1/blobs/" + blob.digest() + "?registry=" + URLEncoder.encode(blob.registry(), StandardCharsets.UTF_8);
    }

    private Answer readAnswer() throws IOException {
        String status = readLine();
        if (!status.startsWith("HTTP/1.1 ") || status.length() < 12) {
            throw new IOException("Not an HTTP answer: '" + status + "'");
        }
        long length = -1;
        for (int headers = 0; headers < MAX_HEADERS; headers++) {
            String line = readLine();
            if (line.isEmpty()) {
                return new Answer(number(status.substring(9, 12)), length);
            }
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = number(line.substring("content-length:".length()).strip());
            }
        }
        throw new IOException("The answer has more than " + MAX_HEADERS + " header lines");
    }

    private static int number(String text) throws IOException {
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            throw new IOException("'" + text + "' is not a number that an answer may have here", e);
        }
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("The neighbour closed the connection");
            }
            if (line.length() == MAX_LINE) {
                throw new IOException("A header line is longer than " + MAX_LINE + " characters");
            }
            line.append((char) next);
        }
        int end = line.length();
        return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
    }
}
