package dev.darter.scheduler;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.AgentMessage.Hello;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.protocol.VouchKey;

/** Who has a link to this scheduler, and since when each was last heard. Changes are told to all members in bundles. */
final class Membership {

    private static final int VERSION = 1;
    /** Long enough that ten thousand hosts that start within seconds are told in a few messages, short beside a host's life. */
    private static final long BUNDLE_NANOS = 500_000_000L;

    private static final int LISTED_FOR_ONE_UNLISTED = 64;

    private static final class Entry {

        final Hello hello;
        long lastHeard;
        long measured;

        Entry(Hello hello, long lastHeard) {
            this.hello = hello;
            this.lastHeard = lastHeard;
        }
    }

    private final String scheduler;
    private final Map<HostId, Entry> entries = new LinkedHashMap<>();
    private final Set<HostId> joined = new LinkedHashSet<>();
    private final Set<HostId> left = new LinkedHashSet<>();
    private final ToldRates rates = new ToldRates(0.2);
    /** Equal uplinks are measured as unequal ones, by what their receivers and processors do beside. */
    private final ToldRates measured = new ToldRates(0.4);
    private long tellAt = Long.MAX_VALUE;
    /** What the last newcomers were told: one list for all, because ten thousand hosts that come at once would need as many lists of ten thousand. */
    private List<Member> listed = List.of();
    private List<VouchKey> listedKeys = List.of();
    /** Hosts that said hello since; they are told to all with the next bundle. */
    private int unlisted;

    Membership(String scheduler) {
        this.scheduler = scheduler;
    }

    /** Welcomes a host; it hears of the others at once (of the last few in a crowd with the next bundle), and they of it with the next bundle. */
    void hello(Hello hello, Outbox outbox, long now) {
        HostId host = hello.self().host();
        forgetRate(entries.put(host, new Entry(hello, now)));
        rates.add(hello.uploadBytesPerSecond());
        left.remove(host);
        joined.add(host);
        tellSoon(now);
        if (++unlisted * LISTED_FOR_ONE_UNLISTED > listed.size()) {
            list();
        }
        outbox.tell(host, new SchedulerMessage.Welcome(VERSION, scheduler, listed, listedKeys));
    }

    private void list() {
        listed = List.copyOf(members(entries.keySet()));
        listedKeys = List.copyOf(ownKeys(entries.keySet()));
        unlisted = 0;
    }

    void remove(HostId host, long now) {
        Entry entry = entries.remove(host);
        if (entry != null) {
            forgetRate(entry);
            joined.remove(host);
            left.add(host);
            tellSoon(now);
        }
    }

    private void forgetRate(@Nullable Entry entry) {
        rates.remove(entry == null ? 0 : entry.hello.uploadBytesPerSecond());
        measured.remove(entry == null ? 0 : entry.measured);
    }

    /** A host has measured its uplink. */
    void measured(HostId host, long bytesPerSecond) {
        Entry entry = entries.get(host);
        if (entry != null) {
            measured.remove(entry.measured);
            entry.measured = bytesPerSecond;
            measured.add(bytesPerSecond);
        }
    }

    /** What a host has measured; 0 where it has not. */
    long measured(HostId host) {
        Entry entry = entries.get(host);
        return entry == null ? 0 : entry.measured;
    }

    /** Whether hosts have told rates of upload that are not alike. */
    boolean areRatesDifferent() {
        return rates.areDifferent() || measured.areDifferent();
    }

    void heard(HostId host, long now) {
        Entry entry = entries.get(host);
        if (entry != null) {
            entry.lastHeard = now;
        }
    }

    /** When a host was last heard; {@link Long#MIN_VALUE} where it is no member. */
    long lastHeard(HostId host) {
        Entry entry = entries.get(host);
        return entry == null ? Long.MIN_VALUE : entry.lastHeard;
    }

    boolean contains(HostId host) {
        return entries.containsKey(host);
    }

    boolean isIn(HostId host, String zone) {
        Entry entry = entries.get(host);
        return entry != null && entry.hello.self().zone().equals(zone);
    }

    Optional<Hello> find(HostId host) {
        return Optional.ofNullable(entries.get(host)).map(entry -> entry.hello);
    }

    Collection<HostId> all() {
        return entries.keySet();
    }

    void tick(Outbox outbox, long now) {
        if (now < tellAt) {
            return;
        }
        SchedulerMessage news = new SchedulerMessage.Members(members(joined), ownKeys(joined), List.copyOf(left));
        entries.keySet().forEach(host -> outbox.tell(host, news));
        joined.clear();
        left.clear();
        list();
        tellAt = Long.MAX_VALUE;
    }

    long nextTick() {
        return tellAt;
    }

    private void tellSoon(long now) {
        tellAt = Math.min(tellAt, now + BUNDLE_NANOS);
    }

    private List<Member> members(Collection<HostId> hosts) {
        List<Member> members = new ArrayList<>();
        hosts.forEach(host -> find(host).ifPresent(hello -> members.add(hello.self())));
        return members;
    }

    private List<VouchKey> ownKeys(Collection<HostId> hosts) {
        List<VouchKey> keys = new ArrayList<>();
        hosts.forEach(host -> find(host).ifPresent(hello -> keys.add(hello.ownKey())));
        return keys;
    }
}
