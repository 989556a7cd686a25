package dev.darter.agent;

import java.util.function.Consumer;

import dev.darter.agent.peer.ChunkRequest.Lane;
import dev.darter.agent.peer.UploadTurns;
import dev.darter.agent.swarm.Event;
import dev.darter.agent.swarm.Urgency;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;

/** The uplink's queue is the swarm engine's. */
record Turns(Consumer<Event> engine) implements UploadTurns {

    @Override
    public void asked(HostId from, String address, long request, BlobKey blob, int chunk, int bytes, Lane lane) {
        Urgency urgency = switch (lane) {
            case URGENT -> Urgency.URGENT;
            case ORDINARY -> Urgency.NORMAL;
            case SPARE -> Urgency.SPARE;
        };
        engine.accept(new Event.Asked(from, address, request, blob, chunk, bytes, urgency));
    }

    @Override
    public void served(HostId to, long request, boolean isWhole) {
        engine.accept(new Event.Served(to, request, isWhole));
    }
}
