package dev.darter.e2e.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.darter.agent.swarm.Event;
import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.BlobKey;

/** The registry: sends what it is asked for, one chunk after the other on each connection, and counts it. */
final class SimOrigin {

    /** One request of one host. */
    final class Connection {

        private final SimHost reader;
        private final SimBlob blob;
        private final long epoch;
        private final int end;
        private final int from;
        private final Kind kind;
        private int next;
        private int received;
        private boolean isOpen = true;
        private Link.@Nullable Transfer transfer;

        private Connection(SimHost reader, SimBlob blob, long epoch, int from, int to, Kind kind) {
            this.kind = kind;
            this.from = from;
            this.reader = reader;
            this.blob = blob;
            this.epoch = epoch;
            this.next = from;
            this.received = from;
            this.end = to < 0 ? blob.layout().count() : to;
        }

        private void sendNext() {
            if (!isOpen || isDown) {
                return;
            }
            if (next >= end) {
                return;
            }
            int chunk = next++;
            if (!reader.isLiar()) {
                reads.computeIfAbsent(blob.key(), _ -> new HashMap<>()).merge(chunk, 1, Integer::sum);
            }
            transfer = up.send(reader.way(ZONE), blob.layout().length(chunk), () -> reader.disk().whenReady(this::sendNext),
                    new Link.Receiver() {
                        @Override
                        public void progressed(int bytes) {
                            Connection.this.progressed();
                        }

                        @Override
                        public void arrived() {
                            if (isOpen) {
                                reader.disk().write(blob.layout().length(chunk), () -> written(chunk));
                            }
                        }
                    });
        }

        private void progressed() {
            if (isOpen && kind == Kind.IN_ORDER) {
                reader.on(new Event.OriginProgress(blob.key(), epoch, blob.layout().blobSize(), received));
            }
        }

        private void written(int chunk) {
            if (isOpen) {
                received = chunk + 1;
                reader.stored(blob, chunk);
                progressed();
                if (chunk + 1 == end) {
                    isOpen = false;
                    reader.on(switch (kind) {
                        case IN_ORDER -> new Event.OriginEnded(blob.key(), epoch, Outcome.DONE, end, 0);
                        case ALONE -> new Event.AloneEnded(blob.key(), epoch, from, Outcome.DONE, 0);
                    });
                }
            }
        }

        void close() {
            isOpen = false;
            if (transfer != null) {
                transfer.cut();
            }
        }
    }

    /** It stands in no zone of the hosts': its bytes pass the link into the reader's zone. */
    private static final String ZONE = "";

    private final Cluster cluster;
    private final Link.Up up;
    private final Map<BlobKey, Map<Integer, Integer>> reads = new HashMap<>();
    private boolean isDown;

    SimOrigin(Cluster cluster, double bytesPerSecond) {
        this.cluster = cluster;
        this.up = new Link.Up(cluster.time(), bytesPerSecond, Optional.empty(), 0);
    }

    Connection open(SimHost reader, SimBlob blob, long epoch, int from, int to) {
        Connection connection = new Connection(reader, blob, epoch, from, to, Kind.IN_ORDER);
        cluster.time().in(2 * Cluster.DELAY_NANOS, connection::sendNext);
        return connection;
    }

    /** Sends some chunks by a request of their own. */
    Connection openAlone(SimHost reader, SimBlob blob, long epoch, int from, int to) {
        Connection connection = new Connection(reader, blob, epoch, from, to, Kind.ALONE);
        cluster.time().in(2 * Cluster.DELAY_NANOS, connection::sendNext);
        return connection;
    }

    /** What a request is for. */
    private enum Kind {
        IN_ORDER,
        ALONE
    }

    /** The registry stops answering, without a word. */
    void stop() {
        isDown = true;
    }

    long sentBytes() {
        return up.sentBytes();
    }

    /** How often chunks were sent again to honest hosts; a liar that is shunned has nobody else to ask. */
    int readAgain(SimBlob blob) {
        return reads.getOrDefault(blob.key(), Map.of()).values().stream().mapToInt(times -> times - 1).sum();
    }
}
