package dev.darter.agent;

import java.util.Optional;

import dev.darter.service.BitRate;
import dev.darter.service.ByteCount;
import dev.darter.service.TokenBucket;

/** The operator's limits as buckets. */
final class Rates {

    /** How much may go at once after a rest: a tenth of a second's worth, but one portion of a body at least. */
    private static final long SMALLEST_BURST = 1 << 20;

    private Rates() {}

    static TokenBucket bucket(Optional<BitRate> rate) {
        return rate.map(
                limit -> TokenBucket.limited(limit, new ByteCount(Math.max(SMALLEST_BURST, limit.bytesPerSecond() / 10)), System::nanoTime))
                .orElseGet(TokenBucket::unlimited);
    }
}
