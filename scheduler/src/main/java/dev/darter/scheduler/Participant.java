package dev.darter.scheduler;

import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.HostId;
import dev.darter.protocol.SchedulerMessage.Place;

/** A host that downloads a blob, or has done so since the swarm began. */
final class Participant {

    final HostId host;
    final String zone;
    final Set<HostId> mesh = new LinkedHashSet<>();
    boolean canReadOrigin;
    boolean complete;
    /** The origin refused or failed when this host read it; forgotten when it joins again. */
    boolean failedAtOrigin;
    /** Silent while others waited for it; until it is heard again nobody is sent to it. */
    boolean suspended;
    /** The last place it was told, to say nothing twice. */
    @Nullable
    Place told;

    Participant(HostId host, String zone) {
        this.host = host;
        this.zone = zone;
    }
}
