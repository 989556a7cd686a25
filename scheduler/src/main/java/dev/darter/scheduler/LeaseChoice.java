package dev.darter.scheduler;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.HostId;

/**
 * Who reads the origin: one whose upload is fast enough to feed all others; of those the children of the last reader before others, because they
 * have most of what it read; otherwise who came first.
 */
final class LeaseChoice {

    private LeaseChoice() {}

    static Optional<Participant> choose(List<HostId> heirs, Map<HostId, Participant> participants, Predicate<HostId> isFast) {
        return Stream.concat(heirs.stream().map(participants::get), participants.values().stream())
                .filter(LeaseChoice::canRead)
                .min(Comparator.comparing(candidate -> !isFast.test(candidate.host)));
    }

    static boolean canRead(@Nullable Participant participant) {
        return participant != null && participant.canReadOrigin && !participant.complete && !participant.failedAtOrigin
                && !participant.suspended;
    }
}
