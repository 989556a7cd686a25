package dev.darter.registry;

import java.util.List;

/** Which bytes of a blob a reader will ask for. */
public sealed interface WantedBytes {

    /**
     * From an offset to the end, as by who pulls a blob or goes on with a pull that broke. The last bytes come only when the whole blob is proven:
     * so nobody ends up with a whole blob that is false.
     */
    record ToTheEnd(long first) implements WantedBytes {}

    /**
     * Some parts and nothing else, as by readers of lazy formats: wanted at once, whatever else is missing. Bytes that somebody who is believed
     * has vouched for are good enough, the blob's last ones too. A part may reach behind the end of a blob whose size isn't known.
     */
    record Parts(List<ByteRange> ranges, Haste haste, LazyMode rest) implements WantedBytes {
        public Parts {
            ranges = List.copyOf(ranges);
            if (ranges.isEmpty()) {
                throw new IllegalArgumentException("Nobody wants nothing");
            }
        }

        /** Parts that somebody waits for, with the rest behind them. */
        public Parts(List<ByteRange> ranges) {
            this(ranges, Haste.WAITING, LazyMode.FILL_IN_BACKGROUND);
        }
    }

    /** Whether somebody waits for parts. */
    enum Haste {
        /** A process waits. */
        WAITING,
        /** They are read ahead, and come after what processes wait for. */
        AHEAD
    }

    /** All of it. */
    static WantedBytes all() {
        return new ToTheEnd(0);
    }

    /** Offset of the first byte that is read. */
    default long first() {
        return switch (this) {
            case ToTheEnd(long first) -> first;
            case Parts(List<ByteRange> ranges, _, _) -> ranges.getFirst().first();
        };
    }
}
