package dev.darter.e2e.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The links of hosts: bytes pass the sender's uplink and then, slice by slice, the pipes behind it: a thin link into the receiver's zone where
 * there is one, and the receiver's downlink. A slice is not stored on the way: a pipe that is no slower than the last one and has nothing else
 * to do lets it through while it comes. A transfer has few slices between uplink and receiver, as TCP's flow control would have it, so a
 * receiver whose downlink is busy leaves the sender's uplink to others.
 *
 * <p>Messages take no room on links, but wait in the queue of each half of a link that is busy, and so does the end of a transfer.
 */
final class Link {

    private static final int SLICE_BYTES = 64 * 1024;
    private static final int MOST_BETWEEN = 3;
    private static final long TELL_NANOS = 100_000_000;

    /** What the receiver of a transfer hears of it. */
    interface Receiver {

        /** Bytes have come; told for the first ones and then a few times a second. */
        void progressed(int bytes);

        void arrived();
    }

    /** A chunk on its way. */
    static final class Transfer {

        private final Up from;
        private final Pipe[] path;
        private final Runnable onSent;
        private final Receiver receiver;
        private int unsent;
        private int between;
        private int unreceived;
        private boolean isCut;
        private long tellAt;

        private Transfer(Up from, Pipe[] path, int bytes, Runnable onSent, Receiver receiver) {
            this.from = from;
            this.path = path;
            this.unsent = bytes;
            this.unreceived = bytes;
            this.onSent = onSent;
            this.receiver = receiver;
        }

        /** Stops it without a word. */
        void cut() {
            isCut = true;
            from.active.remove(this);
            from.pump();
        }

        private void received(int bytes) {
            if (isCut) {
                return;
            }
            between--;
            unreceived -= bytes;
            if (unreceived == 0) {
                from.time.in(from.delay(path), receiver::arrived);
            } else if (from.time.now() >= tellAt) {
                tellAt = from.time.now() + TELL_NANOS;
                receiver.progressed(bytes);
            }
            from.pump();
        }
    }

    /** The sending half of a host's link. */
    static final class Up {

        private final Timeline time;
        private final double bytesPerNano;
        private final Optional<Wavering> wavering;
        private final Queue queue;
        private final List<Transfer> active = new ArrayList<>();
        private boolean isBusy;
        private int turn;
        private long sentBytes;

        Up(Timeline time, double bytesPerSecond, Optional<Wavering> wavering, long queueNanos) {
            this.time = time;
            this.queue = new Queue(queueNanos);
            this.wavering = wavering;
            this.bytesPerNano = bytesPerSecond / 1e9;
        }

        Transfer send(Pipe[] path, int bytes, Runnable onSent, Receiver receiver) {
            Transfer transfer = new Transfer(this, path, bytes, onSent, receiver);
            active.add(transfer);
            pump();
            return transfer;
        }

        /** How long a message takes that leaves now and passes these pipes. */
        long delay(Pipe[] path) {
            long at = queue.left(time.now(), isBusy);
            for (Pipe pipe : path) {
                at = pipe.queue.left(at, pipe.busyUntil > at);
            }
            return at - time.now() + Cluster.DELAY_NANOS;
        }

        long sentBytes() {
            return sentBytes;
        }

        /** In the mean. */
        double bytesPerSecond() {
            return bytesPerNano * 1e9 * (wavering.isPresent() ? Wavering.mean() : 1);
        }

        private void pump() {
            if (isBusy) {
                return;
            }
            for (int tries = active.size(); tries > 0; tries--) {
                turn = (turn + 1) % active.size();
                Transfer transfer = active.get(turn);
                if (transfer.unsent > 0 && transfer.between < MOST_BETWEEN) {
                    send(transfer);
                    return;
                }
            }
        }

        private void send(Transfer transfer) {
            int bytes = Math.min(SLICE_BYTES, transfer.unsent);
            transfer.unsent -= bytes;
            transfer.between++;
            sentBytes += bytes;
            isBusy = true;
            long steady = (long) (bytes / bytesPerNano);
            time.in(wavering.map(it -> it.nanos(steady, time.now())).orElse(steady), () -> sent(transfer, bytes));
        }

        private void sent(Transfer transfer, int bytes) {
            isBusy = false;
            if (transfer.unsent == 0) {
                active.remove(transfer);
                transfer.onSent.run();
            }
            if (!transfer.isCut) {
                deliver(transfer, bytes);
            }
            pump();
        }

        private void deliver(Transfer transfer, int bytes) {
            long begin = time.now() - (long) (bytes / bytesPerNano);
            long end = time.now();
            for (Pipe pipe : transfer.path) {
                long last = pipe.pass(bytes, begin, end);
                begin = last - (long) (bytes / pipe.bytesPerNano);
                end = last;
            }
            if (end <= time.now()) {
                transfer.received(bytes);
            } else {
                time.in(end - time.now(), () -> transfer.received(bytes));
            }
        }
    }

    /** What bytes pass after the uplink, in the order in which they come. */
    static final class Pipe {

        private final double bytesPerNano;
        private final Queue queue;
        private long busyUntil;
        private long bytes;

        Pipe(double bytesPerSecond, long queueNanos) {
            this.queue = new Queue(queueNanos);
            this.bytesPerNano = bytesPerSecond / 1e9;
        }

        /** When the last byte of a slice has passed whose first and last byte came at these times. */
        private long pass(int length, long begin, long end) {
            bytes += length;
            busyUntil = Math.max(end, Math.max(begin, busyUntil) + (long) (length / bytesPerNano));
            return busyUntil;
        }

        /** Bytes that have passed, or are about to. */
        long bytes() {
            return bytes;
        }

        double bytesPerSecond() {
            return bytesPerNano * 1e9;
        }
    }

    /** What waits in front of one half of a link, in the order in which it came. */
    private static final class Queue {

        private final long fullNanos;
        private long lastLeft;

        Queue(long fullNanos) {
            this.fullNanos = fullNanos;
        }

        /** When something leaves it that comes at this time. */
        long left(long at, boolean isBusy) {
            lastLeft = Math.max(lastLeft, at + (isBusy ? fullNanos : 0));
            return lastLeft;
        }
    }

    private Link() {}
}
