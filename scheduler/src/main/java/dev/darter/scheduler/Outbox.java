package dev.darter.scheduler;

import java.util.ArrayList;
import java.util.List;

import dev.darter.protocol.HostId;
import dev.darter.protocol.SchedulerMessage;

/** Collects what one event makes the scheduler say. */
final class Outbox {

    private List<Outgoing> messages = new ArrayList<>();

    void tell(HostId to, SchedulerMessage message) {
        messages.add(new Outgoing(to, message));
    }

    List<Outgoing> drain() {
        List<Outgoing> drained = messages;
        messages = new ArrayList<>();
        return drained;
    }
}
