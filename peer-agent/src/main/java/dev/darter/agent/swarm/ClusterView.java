package dev.darter.agent.swarm;

import java.util.ArrayList;
import java.util.HashMap;
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

    /** As long as a scheduler shuns a host at the first accusation. */
    private static final long TERM_NANOS = 600_000_000_000L;

    /** More messages than these are not kept unread. */
    private static final int MOST_UNREAD = 16;

    private final HostId self;
    private final Map<HostId, Member> members = new HashMap<>();
    /** What the scheduler has said of members since they were last asked for, which is seldom: every host is told of every other one. */
    private final List<SchedulerMessage> unread = new ArrayList<>();
    /** Until when; to the end of time where the scheduler says so, which tells when it is over. */
    private final Map<HostId, Long> shunned = new HashMap<>();
    private final Map<String, Long> throttledUntil = new HashMap<>();
    boolean isLinked;

    ClusterView(Member self) {
        this.self = self.host();
        members.put(this.self, self);
    }

    void remember(List<Member> known) {
        known.forEach(member -> members().putIfAbsent(member.host(), member));
    }

    /**
     * A scheduler's list replaces what was remembered: whoever is not on it has not come back. It names those again whom it shuns; one that has
     * started anew knows of none, and would never pardon whom an earlier one has shunned.
     */
    void welcome(SchedulerMessage.Welcome welcome, long now) {
        shunned.replaceAll((_, until) -> Math.min(until, now + TERM_NANOS));
        unread.clear();
        unread.add(welcome);
    }

    void changed(SchedulerMessage.Members change) {
        unread.add(change);
        if (unread.size() > MOST_UNREAD) {
            members();
        }
    }

    private Map<HostId, Member> members() {
        for (SchedulerMessage message : unread) {
            if (message instanceof SchedulerMessage.Welcome welcome) {
                members.keySet().retainAll(Set.of(self));
                join(welcome.members());
            } else if (message instanceof SchedulerMessage.Members change) {
                change.left().stream().filter(host -> !host.equals(self)).forEach(members::remove);
                join(change.joined());
            }
        }
        unread.clear();
        return members;
    }

    private void join(List<Member> joined) {
        joined.forEach(member -> members.put(member.host(), member));
    }

    /** This host has caught another one lying: that counts here, for some time, whatever the scheduler thinks of it. */
    void caught(HostId host, long now) {
        shunned.putIfAbsent(host, now + TERM_NANOS);
        members().remove(host);
    }

    /** The scheduler says that a host is shunned by all. */
    void shun(HostId host) {
        shunned.put(host, Long.MAX_VALUE);
        members().remove(host);
    }

    void pardon(HostId host) {
        shunned.remove(host);
    }

    /** Those who were caught here and whose time is over. */
    List<HostId> overdue(long now) {
        return shunned.entrySet().stream().filter(entry -> entry.getValue() <= now).map(Map.Entry::getKey).toList();
    }

    boolean isShunned(HostId host) {
        return shunned.containsKey(host);
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
        return OriginRank.order(blob, members().keySet());
    }

    Optional<Member> find(HostId host) {
        return Optional.ofNullable(members().get(host));
    }
}
