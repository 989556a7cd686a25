package dev.darter.agent.swarm;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;

/**
 * Who goes to the origin while no scheduler grants leases: the members in the order of rendezvous hashing (Thaler and Ravishankar, 1998) of
 * host and blob. All hosts that know the same members find the same order without a word, and a lost member changes nobody else's rank order.
 */
final class OriginRank {

    /** A lower rank has to be seen reading before a higher one starts: time for a link, a request and an answer. */
    private static final long STEP_NANOS = 150_000_000L;

    private OriginRank() {}

    /** The members by rank, first first. */
    static List<HostId> order(BlobKey blob, Collection<HostId> members) {
        String name = blob.registry() + "\n" + blob.digest();
        return members.stream()
                .sorted(Comparator.comparingLong((HostId host) -> weight(host, name)).reversed().thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /**
     * How long a host waits before it reads the origin. Grows with the logarithm of the rank, so that the first few stand well apart and the
     * last of ten thousand still goes within seconds; jitter spreads those of nearly equal rank.
     */
    static long delayNanos(int rank, RandomGenerator random) {
        double steps = Math.log(1 + rank) / Math.log(2);
        return rank == 0 ? 0 : (long) (STEP_NANOS * steps * (1 + random.nextDouble() / 2));
    }

    /** FNV-1a over both names, finished as in SplitMix64 so that close names do not give close weights. */
    private static long weight(HostId host, String blob) {
        long hash = 0xcbf29ce484222325L;
        for (byte letter : (host.name() + "\n" + blob).getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (letter & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }
}
