package dev.darter.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.EOFException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.ClosedChannelException;

import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void saysThatAConnectionWasRefused() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }

        assertThat(Failures.inWords(failureOfGetting("http://127.0.0.1:" + free))).isEqualToIgnoringCase("connection refused");
    }

    @Test
    void saysThatANameCannotBeResolved() {
        assertThat(Failures.inWords(failureOfGetting("http://no-such-host.invalid"))).isEqualTo("its name can't be resolved");
    }

    @Test
    void saysThatAConnectionWasClosed() {
        assertThat(Failures.inWords(new IOException(new ClosedChannelException()))).isEqualTo("the connection was closed");
        assertThat(Failures.inWords(new EOFException())).isEqualTo("the connection was closed");
    }

    @Test
    void keepsTheInnermostMessage() {
        assertThat(Failures.inWords(new IOException("outside", new IOException("inside")))).isEqualTo("inside");
    }

    private static Throwable failureOfGetting(String url) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return catchThrowable(
                    () -> client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.discarding()));
        }
    }
}
