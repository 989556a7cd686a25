package dev.darter.agent.swarm;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.SchedulerMessage;

/** What this host knows of the cluster: its members, who was caught lying, which registries asked to wait, whether a scheduler is there. */
final class ClusterView {

    private final HostId self;
    private final Map<HostId, Member> members = new LinkedHashMap<>();
    private final Set<HostId> shunned = new HashSet<>();
    private final Map<String, Long> throttledUntil = new HashMap<>();
    boolean isLinked;

    ClusterView(Member self) {
        this.self = self.host();
        members.put(this.self, self);
    }

    void remember(List<Member> known) {
        known.forEach(member -> members.putIfAbsent(member.host(), member));
    }

    /** A scheduler's list replaces what was remembered: whoever is not on it has not come back. */
    void welcome(SchedulerMessage.Welcome welcome) {
        members.keySet().retainAll(Set.of(self));
        welcome.members().forEach(member -> members.put(member.host(), member));
    }

    void changed(SchedulerMessage.Members change) {
        change.left().forEach(host -> {
            if (!host.equals(self)) {
                members.remove(host);
            }
        });
        change.joined().forEach(member -> members.put(member.host(), member));
    }

    void shun(HostId host) {
        shunned.add(host);
        members.remove(host);
    }

    void pardon(HostId host) {
        shunned.remove(host);
    }

    boolean isShunned(HostId host) {
        return shunned.contains(host);
    }

    void throttle(String registry, long untilNanos) {
        throttledUntil.merge(registry, untilNanos, Math::max);
    }

    boolean isThrottled(String registry, long now) {
        Long until = throttledUntil.get(registry);
        return until != null && until > now;
    }

    /** All members in the order in which they would read this blob's origin, and this host among them. */
    List<HostId> ranking(BlobKey blob) {
        return OriginRank.order(blob, members.keySet());
    }

    Optional<Member> find(HostId host) {
        return Optional.ofNullable(members.get(host));
    }
}
