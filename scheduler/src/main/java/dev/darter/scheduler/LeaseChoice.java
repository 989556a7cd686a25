package dev.darter.scheduler;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.HostId;

/** Who reads the origin: children of the last reader before others, because they have most of what it read; otherwise who came first. */
final class LeaseChoice {

    private LeaseChoice() {}

    static Optional<Participant> choose(List<HostId> heirs, Map<HostId, Participant> participants) {
        for (HostId heir : heirs) {
            Participant participant = participants.get(heir);
            if (canRead(participant)) {
                return Optional.ofNullable(participant);
            }
        }
        return participants.values().stream().filter(LeaseChoice::canRead).findFirst();
    }

    private static boolean canRead(@Nullable Participant participant) {
        return participant != null && participant.canReadOrigin && !participant.complete && !participant.failedAtOrigin
                && !participant.suspended;
    }
}
