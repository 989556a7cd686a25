package dev.darter.agent.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.darter.protocol.ChunkLayout;

final class ChunkSenderTest {

    private static final int CHUNK = 256 * 1024;
    private static final ChunkLayout LAYOUT = ChunkLayout.forSize(2 * CHUNK + 100L);

    @Test
    void takesRangesWithinOneChunk() {
        assertThat(ChunkSender.range("bytes=0-" + (CHUNK - 1), LAYOUT)).contains(new ChunkSender.Range(0, CHUNK));
        assertThat(ChunkSender.range("bytes=" + 2 * CHUNK + "-", LAYOUT)).contains(new ChunkSender.Range(2 * CHUNK, 100));
    }

    /** One that is longer would hold the uplink for as long as its receiver likes. */
    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-", "bytes=0-262144", "bytes=262143-262144", "bytes=524388-", "bytes=5-4", "chunks=0-1"})
    void refusesAllOthers(String header) {
        assertThat(ChunkSender.range(header, LAYOUT)).isEmpty();
    }
}
