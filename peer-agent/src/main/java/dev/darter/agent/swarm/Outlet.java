package dev.darter.agent.swarm;

import java.util.ArrayList;
import java.util.List;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.HostId;
import dev.darter.protocol.PeerMessage;

/** Collects what one event makes the host do. */
final class Outlet {

    private List<Command> commands = new ArrayList<>();

    void add(Command command) {
        commands.add(command);
    }

    void tell(HostId peer, PeerMessage message) {
        commands.add(new Command.TellPeer(peer, message));
    }

    void tellScheduler(AgentMessage message) {
        commands.add(new Command.TellScheduler(message));
    }

    List<Command> drain() {
        List<Command> drained = commands;
        commands = new ArrayList<>();
        return drained;
    }
}
