package dev.darter.e2e.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The access links of hosts: bytes pass the sender's uplink and then the receiver's downlink, in slices. A transfer has at most two slices
 * between the two, as TCP's flow control would have it, so a receiver whose downlink is busy leaves the sender's uplink to others.
 */
final class Link {

    static final int SLICE_BYTES = 64 * 1024;
    private static final int MOST_BETWEEN = 3;
    private static final long TELL_NANOS = 100_000_000;

    /** A chunk on its way. */
    static final class Transfer {

        private final Up from;
        private final Down to;
        private final Runnable onProgress;
        private final Runnable onSent;
        private final Runnable onDone;
        private int unsent;
        private int between;
        private int unreceived;
        private boolean isCut;
        private long tellAt;

        private Transfer(Up from, Down to, int bytes, Runnable onProgress, Runnable onSent, Runnable onDone) {
            this.from = from;
            this.to = to;
            this.unsent = bytes;
            this.unreceived = bytes;
            this.onProgress = onProgress;
            this.onSent = onSent;
            this.onDone = onDone;
        }

        /** Stops it without a word. */
        void cut() {
            isCut = true;
            from.active.remove(this);
            from.pump();
        }
    }

    private record Slice(Transfer transfer, int bytes) {}

    /** The sending half of a host's link. */
    static final class Up {

        private final Timeline time;
        private final double bytesPerNano;
        private final List<Transfer> active = new ArrayList<>();
        private boolean isBusy;
        private int turn;
        private long sentBytes;

        Up(Timeline time, double bytesPerSecond) {
            this.time = time;
            this.bytesPerNano = bytesPerSecond / 1e9;
        }

        Transfer send(Down to, int bytes, Runnable onProgress, Runnable onSent, Runnable onDone) {
            Transfer transfer = new Transfer(this, to, bytes, onProgress, onSent, onDone);
            active.add(transfer);
            pump();
            return transfer;
        }

        long sentBytes() {
            return sentBytes;
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
            time.in((long) (bytes / bytesPerNano), () -> {
                isBusy = false;
                if (!transfer.isCut) {
                    transfer.to.receive(new Slice(transfer, bytes));
                }
                if (transfer.unsent == 0) {
                    active.remove(transfer);
                    transfer.onSent.run();
                }
                pump();
            });
        }
    }

    /** The receiving half. */
    static final class Down {

        private final Timeline time;
        private final double bytesPerNano;
        private final Deque<Slice> queue = new ArrayDeque<>();
        private boolean isBusy;

        Down(Timeline time, double bytesPerSecond) {
            this.time = time;
            this.bytesPerNano = bytesPerSecond / 1e9;
        }

        private void receive(Slice slice) {
            queue.add(slice);
            pump();
        }

        private void pump() {
            if (isBusy || queue.isEmpty()) {
                return;
            }
            Slice slice = queue.remove();
            isBusy = true;
            time.in((long) (slice.bytes / bytesPerNano), () -> {
                isBusy = false;
                received(slice);
                pump();
            });
        }

        private void received(Slice slice) {
            Transfer transfer = slice.transfer;
            if (transfer.isCut) {
                return;
            }
            transfer.between--;
            transfer.unreceived -= slice.bytes;
            if (time.now() >= transfer.tellAt) {
                transfer.tellAt = time.now() + TELL_NANOS;
                transfer.onProgress.run();
            }
            if (transfer.unreceived == 0) {
                transfer.onDone.run();
            }
            transfer.from.pump();
        }
    }

    private Link() {}
}
