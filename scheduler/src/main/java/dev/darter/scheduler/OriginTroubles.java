package dev.darter.scheduler;

import java.util.Optional;
import java.util.OptionalLong;

import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;

/** What went wrong at the origin of one blob, and when those who wait have to be told of it: a late answer is worse for a runtime than a refusal. */
final class OriginTroubles {

    /** Nobody waits longer than this, in one pause or in several, for a registry that asks to be left alone. */
    static final long PATIENCE_MILLIS = 10_000;
    private static final int MOST_FALSE_CHAINS = 2;

    private OptionalLong throttledSince = OptionalLong.empty();
    private Optional<Outcome> last = Optional.empty();
    private int falseChains;

    /** The origin has sent something. */
    void progressed() {
        throttledSince = OptionalLong.empty();
    }

    /** The origin does not give the blob to one host. */
    void failed(Outcome outcome) {
        last = Optional.of(outcome);
    }

    /** The failure of which nobody has been told yet. */
    Optional<Outcome> takeLast() {
        Optional<Outcome> taken = last;
        last = Optional.empty();
        return taken;
    }

    /** The registry asks for a pause; true when that is too much for those who wait. */
    boolean throttledTooLong(long pauseMillis, long now) {
        long since = throttledSince.orElse(now);
        boolean tooLong = (now - since) / 1_000_000 + pauseMillis > PATIENCE_MILLIS;
        throttledSince = tooLong ? OptionalLong.empty() : OptionalLong.of(since);
        return tooLong;
    }

    /** What was read does not lead to the blob's name; true when it is no use to read it once more. */
    boolean tooManyFalseChains() {
        last = Optional.of(Outcome.FALSE_CHAIN);
        falseChains = falseChains == MOST_FALSE_CHAINS ? 0 : falseChains + 1;
        return falseChains == 0;
    }
}
