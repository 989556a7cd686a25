package dev.darter.agent.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class DataConnectionTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final CountDownLatch ended = new CountDownLatch(1);
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        ended.countDown();
        server.close();
    }

    @Test
    void readsSomethingSmall() throws IOException {
        answer(out -> out.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".getBytes(StandardCharsets.US_ASCII)));
        try (DataConnection connection = open()) {
            assertThat(connection.get("/", 100, LONG)).asString(StandardCharsets.US_ASCII).isEqualTo("hello");
        }
    }

    /** Each byte comes long before the time is over; all of them would take minutes. */
    @Test
    void waitsForTheWholeAnswerNoLongerThanAsked() throws IOException {
        answer(out -> {
            out.write("HTTP/1.1 200 OK\r\nDrip: ".getBytes(StandardCharsets.US_ASCII));
            drip(out);
        });
        try (DataConnection connection = open()) {
            assertThatThrownBy(() -> connection.get("/", 100, Duration.ofMillis(300))).isInstanceOf(IOException.class);
        }
    }

    private DataConnection open() throws IOException {
        return DataConnection.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()), LONG);
    }

    private void drip(OutputStream out) throws IOException {
        try {
            while (!ended.await(50, TimeUnit.MILLISECONDS)) {
                out.write('.');
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Writing {

        void to(OutputStream out) throws IOException;
    }

    private void answer(Writing writing) {
        Thread.ofVirtual().start(() -> {
            try (Socket socket = server.accept()) {
                writing.to(socket.getOutputStream());
                ended.await();
            } catch (IOException | InterruptedException _) {
                // The caller has closed the connection, or the test is over.
            }
        });
    }
}
