package dev.darter.e2e.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.protocol.VouchKey;
import dev.darter.scheduler.Outgoing;

/**
 * What the agents of a large cluster say to their scheduler, without the agents: hosts that hold many blobs, pull others, throw away as many,
 * go and come back. Popularity of blobs is as Zipf has it (the r-th has 1/r of the first one's holders), so a few are everywhere and most on one or
 * two hosts. Each message is made of new objects, as a decoder makes it.
 */
final class BusyAgents {

    /** Something that reaches the scheduler; without a message the link of the host is lost. */
    record Said(long at, HostId from, Optional<AgentMessage> message) {}

    private static final long SECOND = 1_000_000_000L;
    private static final long BLOB_BYTES = 16L << 20;
    private static final int CHUNKS = 64;
    private static final int HOLDINGS_PER_MESSAGE = 200;
    private static final long ALIVE_NANOS = 5 * SECOND;
    private static final long PROGRESS_NANOS = 300_000_000L;
    private static final long AWAY_NANOS = 3 * SECOND;
    private static final long LEAST_PULL_NANOS = 2 * SECOND;
    private static final long MOST_PULL_NANOS = 20 * SECOND;
    /** Of the hosts, each second. */
    private static final double PULLING = 0.04;
    private static final double ROLLED_OUT = 0.005;
    private static final double GOING = 0.0005;
    private static final int BLOBS_OF_ROLLOUT = 8;
    /** Of the pulls. */
    private static final double GIVEN_UP = 0.02;
    private static final double MOVING = 0.05;

    private static final class Pull {

        final int host;
        final int rank;
        final BlobKey blob;
        final int incarnation;
        long lease = -1;
        boolean isOver;

        Pull(int host, int rank, BlobKey blob, int incarnation) {
            this.host = host;
            this.rank = rank;
            this.blob = blob;
            this.incarnation = incarnation;
        }
    }

    private record PullId(HostId host, BlobKey blob) {}

    private final Timeline time = new Timeline();
    private final SplittableRandom random;
    private final int distinctBlobs;
    /** Ranks of the blobs that each host holds. */
    private final int[][] held;
    private final int[] incarnations;
    private final boolean[] isLinked;
    private final Map<PullId, Pull> pulls = new HashMap<>();
    private List<Said> said = new ArrayList<>();
    private int nextAlive;
    private int rollouts;

    BusyAgents(SchedulerLoad.Size size) {
        this.random = new SplittableRandom(size.seed());
        this.distinctBlobs = size.distinctBlobs();
        this.incarnations = new int[size.hosts()];
        this.isLinked = new boolean[size.hosts()];
        this.held = new int[size.hosts()][size.blobsPerHost()];
        for (int[] ofHost : held) {
            for (int i = 0; i < ofHost.length; i++) {
                int rank = popular();
                while (contains(ofHost, i, rank)) {
                    rank = popular();
                }
                ofHost[i] = rank;
            }
        }
    }

    int hosts() {
        return held.length;
    }

    long now() {
        return time.now();
    }

    /** A host says hello and what it holds. */
    List<Said> start(int host) {
        said = new ArrayList<>();
        introduce(host);
        return said;
    }

    /** What all hosts say in the next moments. */
    List<Said> next(long nanos) {
        said = new ArrayList<>();
        long end = time.now() + nanos;
        times(nanos, (double) hosts() / ALIVE_NANOS * SECOND, this::alive);
        times(nanos, hosts() * PULLING, () -> pull(random.nextInt(hosts()), popular()));
        times(nanos, hosts() * PULLING / BLOBS_OF_ROLLOUT / (hosts() * ROLLED_OUT), this::rollOut);
        times(nanos, hosts() * GOING, () -> go(random.nextInt(hosts())));
        boolean[] isOver = {false};
        time.in(nanos, () -> isOver[0] = true);
        while (!isOver[0] && time.now() <= end && time.step()) {
            // Each step is something that a host says or does.
        }
        return said;
    }

    /** What the scheduler answers. */
    void heard(List<List<Outgoing>> all) {
        all.forEach(answers -> answers.forEach(this::heard));
    }

    private void heard(Outgoing answer) {
        switch (answer.message()) {
            case SchedulerMessage.Lease lease -> granted(answer.to(), lease);
            case SchedulerMessage.Revoke revoke -> revoked(answer.to(), revoke);
            case SchedulerMessage.Place place -> placed(answer.to(), place);
            case SchedulerMessage.Welcome _,SchedulerMessage.Members _,SchedulerMessage.Source _,SchedulerMessage.Keys _,SchedulerMessage.Throttle _,SchedulerMessage.Shun _,SchedulerMessage.Pardon _,SchedulerMessage.Unobtainable _ ->
                {
                }
        }
    }

    private void times(long nanos, double perSecond, Runnable action) {
        double expected = perSecond * nanos / SECOND;
        int count = (int) expected + (random.nextDouble() < expected - (int) expected ? 1 : 0);
        for (int i = 0; i < count; i++) {
            time.in(random.nextLong(nanos), action);
        }
    }

    private void say(int host, AgentMessage message) {
        said.add(new Said(time.now(), name(host), Optional.of(message)));
    }

    private void alive() {
        int host = nextAlive;
        nextAlive = (nextAlive + 1) % hosts();
        if (isLinked[host]) {
            say(host, new AgentMessage.Alive(java.util.Set.of()));
        }
    }

    private void introduce(int host) {
        HostId self = name(host);
        isLinked[host] = true;
        say(host, new AgentMessage.Hello(1, new Member(self, self + ":65002", "zone"), 64, 0,
                new VouchKey(self, VouchKey.PROVEN, Bytes.of(new byte[32]))));
        List<AgentMessage.Holding> holdings = new ArrayList<>();
        for (int rank : held[host]) {
            holdings.add(new AgentMessage.Holding(blob(rank), BLOB_BYTES, CHUNKS, CHUNKS));
        }
        for (int from = 0; from <= holdings.size(); from += HOLDINGS_PER_MESSAGE) {
            int to = Math.min(holdings.size(), from + HOLDINGS_PER_MESSAGE);
            say(host, new AgentMessage.Inventory(holdings.subList(from, to), to == holdings.size()));
        }
    }

    private void go(int host) {
        if (isLinked[host]) {
            isLinked[host] = false;
            incarnations[host]++;
            said.add(new Said(time.now(), name(host), Optional.empty()));
            time.in(AWAY_NANOS, () -> introduce(host));
        }
    }

    /** A new image comes to some hosts within two seconds. */
    private void rollOut() {
        int first = distinctBlobs + rollouts++ * BLOBS_OF_ROLLOUT;
        for (int i = (int) Math.ceil(hosts() * ROLLED_OUT); i > 0; i--) {
            int host = random.nextInt(hosts());
            time.in(random.nextLong(2 * SECOND), () -> {
                for (int blob = 0; blob < BLOBS_OF_ROLLOUT; blob++) {
                    pull(host, first + blob);
                }
            });
        }
    }

    private void pull(int host, int rank) {
        if (!isLinked[host] || contains(held[host], held[host].length, rank)) {
            return;
        }
        Pull pull = new Pull(host, rank, blob(rank), incarnations[host]);
        if (pulls.putIfAbsent(new PullId(name(host), pull.blob), pull) != null) {
            return;
        }
        say(host, new AgentMessage.Join(blob(rank), BLOB_BYTES, 0, true));
        time.in(random.nextLong(LEAST_PULL_NANOS, MOST_PULL_NANOS), () -> end(pull));
    }

    private void end(Pull pull) {
        pull.isOver = true;
        pulls.remove(new PullId(name(pull.host), pull.blob));
        if (!isLinked[pull.host] || pull.incarnation != incarnations[pull.host]) {
            return;
        }
        if (random.nextDouble() < GIVEN_UP) {
            endLease(pull, Outcome.GIVEN_UP);
            say(pull.host, new AgentMessage.Leave(blob(pull.rank)));
            return;
        }
        say(pull.host, new AgentMessage.Holds(blob(pull.rank), BLOB_BYTES));
        endLease(pull, Outcome.DONE);
        int slot = random.nextInt(held[pull.host].length);
        say(pull.host, new AgentMessage.Evicted(blob(held[pull.host][slot])));
        held[pull.host][slot] = pull.rank;
    }

    private void endLease(Pull pull, Outcome outcome) {
        if (pull.lease >= 0) {
            say(pull.host, new AgentMessage.LeaseEnd(blob(pull.rank), pull.lease, outcome, outcome == Outcome.DONE ? CHUNKS : 0, 0));
        }
    }

    private void granted(HostId to, SchedulerMessage.Lease lease) {
        Pull pull = pulls.get(new PullId(to, lease.blob()));
        if (pull == null) {
            time.in(0, () -> say(number(to), new AgentMessage.LeaseEnd(lease.blob(), lease.epoch(), Outcome.GIVEN_UP, 0, 0)));
        } else {
            pull.lease = lease.epoch();
            time.in(0, () -> progress(pull, lease.epoch()));
        }
    }

    private void revoked(HostId to, SchedulerMessage.Revoke revoke) {
        Pull pull = pulls.get(new PullId(to, revoke.blob()));
        if (pull != null && pull.lease == revoke.epoch()) {
            pull.lease = -1;
        }
    }

    private void progress(Pull pull, long epoch) {
        if (!pull.isOver && pull.lease == epoch && isLinked[pull.host] && pull.incarnation == incarnations[pull.host]) {
            say(pull.host, new AgentMessage.LeaseProgress(blob(pull.rank), epoch, BLOB_BYTES, 1, 0, Bytes.of(new byte[32])));
            time.in(PROGRESS_NANOS, () -> progress(pull, epoch));
        }
    }

    /** Now and then a host leaves the parent that it was given for a neighbour. */
    private void placed(HostId host, SchedulerMessage.Place place) {
        Optional<HostId> parent = place.parents().getFirst();
        if (parent.isPresent() && random.nextDouble() < MOVING) {
            HostId to = place.neighbours().get(random.nextInt(place.neighbours().size())).host();
            time.in(SECOND, () -> {
                if (pulls.containsKey(new PullId(host, place.blob()))) {
                    say(number(host), new AgentMessage.Moved(place.blob(), 0, parent.get(), to));
                }
            });
        }
    }

    /** The rank of a blob, by lot. */
    private int popular() {
        return (int) Math.exp(random.nextDouble() * Math.log(distinctBlobs));
    }

    private static boolean contains(int[] ranks, int count, int rank) {
        for (int i = 0; i < count; i++) {
            if (ranks[i] == rank) {
                return true;
            }
        }
        return false;
    }

    private static HostId name(int host) {
        return new HostId("node-" + host);
    }

    private static int number(HostId host) {
        return Integer.parseInt(host.name().substring("node-".length()));
    }

    private static BlobKey blob(int rank) {
        SplittableRandom bits = new SplittableRandom(rank);
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            hex.append(HexFormat.of().toHexDigits(bits.nextLong()));
        }
        return new BlobKey(new String("https://registry.example"), new Digest(Digest.Algorithm.SHA256, hex.toString()));
    }
}
