package dev.darter.agent.cli.pull;

import java.io.IOException;
import java.util.Optional;

import dev.darter.agent.TransferLog.TransferBytes;
import dev.darter.agent.cli.AgentAdmin;
import dev.darter.protocol.Digest;

/** Finds out where the bytes of a fetch came from: the agent's counters before and after. */
final class SourceMeter implements AutoCloseable {
    private final Optional<AgentAdmin> admin;

    /** @param admin empty where it is not known which agent's counters are the right ones */
    SourceMeter(Optional<AgentAdmin> admin) {
        this.admin = admin;
    }

    /** The counters now; empty when the agent's admin listener does not answer, which is no reason to fail a pull. */
    Optional<TransferBytes> read(Digest digest) throws InterruptedException {
        if (admin.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(admin.get().transfers(digest));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What keeps the counters from being read, where they can't be. */
    String whyUnknown() {
        return admin.isEmpty()
                ? "--proxy and --admin have to be given together for that"
                : "the agent's --admin listener did not answer";
    }

    @Override
    public void close() {
        admin.ifPresent(AgentAdmin::close);
    }

    /**
     * What was neither received from peers nor from the origin meanwhile was here before. Several pulls of one blob at a time are one
     * download, which each of them sees as its own.
     */
    static TransferBytes between(TransferBytes before, TransferBytes after, long size) {
        long origin = Math.clamp(after.origin() - before.origin(), 0, size);
        long peers = Math.clamp(after.peers() - before.peers(), 0, size - origin);
        return new TransferBytes(size - origin - peers, peers, origin);
    }
}
