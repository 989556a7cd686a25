package dev.darter.scheduler;

import java.util.HashMap;
import java.util.Map;

import dev.darter.protocol.HostId;

/**
 * Living holders of one blob that were said not to deliver it. Once is not enough: the host that says so may be impatient, and the blob would leave
 * the registry again for nothing. Hosts complain again, later each time, as long as nothing comes.
 */
final class Complaints {

    /** Complaints of several hosts at the same moment are about the same moment. */
    private static final long APART_NANOS = 1_000_000_000L;
    private static final long FORGOTTEN_NANOS = 30_000_000_000L;

    private final Map<HostId, Long> first = new HashMap<>();

    /** Notes a complaint; true when there was one before. */
    boolean isSecond(HostId about, long now) {
        Long earlier = first.get(about);
        if (earlier == null || now - earlier > FORGOTTEN_NANOS) {
            first.put(about, now);
            return false;
        }
        return now - earlier >= APART_NANOS;
    }
}
