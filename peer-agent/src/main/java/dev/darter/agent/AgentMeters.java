package dev.darter.agent;

import io.micrometer.core.instrument.Counter;

import dev.darter.agent.blob.BlobMeters;
import dev.darter.service.Telemetry;

/** Counts the agent's bytes in the process's metrics. */
record AgentMeters(Counter origin, Counter peers, Counter rejected) implements BlobMeters {

    static AgentMeters of(Telemetry telemetry) {
        return new AgentMeters(telemetry.originReceivedBytes(), telemetry.peerReceivedBytes(), telemetry.chunksRejected());
    }

    @Override
    public void receivedFromOrigin(long bytes) {
        origin.increment((double) bytes);
    }

    @Override
    public void receivedFromPeer(long bytes) {
        peers.increment((double) bytes);
    }

    @Override
    public void rejectedChunk() {
        rejected.increment();
    }
}
