package dev.darter.agent.peer;

import java.util.Arrays;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;

/**
 * A chunk to be fetched from a neighbour.
 *
 * @param id unique on this host; the neighbour hears it, so that the request can be withdrawn while it is queued
 * @param offset of the chunk in the blob, in bytes
 * @param length of the chunk in bytes
 */
public record ChunkRequest(long id, HostId from, BlobKey blob, int chunk, long offset, int length, Lane lane) {

    /** The same request on the urgent lane. */
    ChunkRequest urgent() {
        return new ChunkRequest(id, from, blob, chunk, offset, length, Lane.URGENT);
    }

    /** Which of a neighbour's connections carries a request, so that none waits behind what is less urgent. */
    public enum Lane {
        /** What a local reader waits for right now. */
        URGENT(1),
        /** As many as a neighbour sends to one receiver at a time: with two, a crowd needs 1.4 times as long in simulation. */
        ORDINARY(4),
        /** What is taken if the neighbour has nothing better to send. */
        SPARE(1);

        private final int connections;

        Lane(int connections) {
            this.connections = connections;
        }

        int connections() {
            return connections;
        }

        /** How the wire names it in the header {@code Darter-Priority}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The lane of that name; an ordinary one where nothing, or something unknown, is said. */
        static Lane of(@Nullable String priority) {
            return Arrays.stream(values()).filter(lane -> lane.toString().equals(priority)).findFirst().orElse(ORDINARY);
        }
    }
}
