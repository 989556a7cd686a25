package dev.darter.e2e.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Virtual time: actions run in the order of their time, and of their planning where times are equal.
 *
 * <p>A timing wheel (Varghese and Lauck, 1987): what lies within the next second waits unsorted in slots, only the slot at hand is a heap. Ten
 * thousand hosts have some hundred thousand actions planned, and a heap of all of them would cost more than the actions.
 */
final class Timeline {

    /** Times of one slot agree in all bits above these: 16 microseconds, so that few of ten thousand hosts' actions are in one. */
    private static final int SLOT_BITS = 14;
    private static final int SLOTS = 1 << 16;

    private record Planned(long at, long order, Runnable action) implements Comparable<Planned> {
        @Override
        public int compareTo(Planned other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Planned> atHand = new PriorityQueue<>();
    private final List<List<Planned>> wheel = new ArrayList<>(SLOTS);
    private final PriorityQueue<Planned> far = new PriorityQueue<>();
    /** Number of the slot at hand, counted from the beginning of time. */
    private long slot;
    private int onWheel;
    private long now;
    private long planned;

    Timeline() {
        for (int i = 0; i < SLOTS; i++) {
            wheel.add(new ArrayList<>());
        }
    }

    /** Nanoseconds since the beginning. */
    long now() {
        return now;
    }

    void in(long nanos, Runnable action) {
        Planned plan = new Planned(now + Math.max(0, nanos), planned++, action);
        long slotOfPlan = plan.at >> SLOT_BITS;
        if (slotOfPlan <= slot) {
            atHand.add(plan);
        } else if (slotOfPlan < slot + SLOTS) {
            wheel.get((int) (slotOfPlan % SLOTS)).add(plan);
            onWheel++;
        } else {
            far.add(plan);
        }
    }

    /** Runs the next action; false when nothing is planned any more. */
    boolean step() {
        while (atHand.isEmpty()) {
            if (onWheel == 0 && far.isEmpty()) {
                return false;
            }
            slot = onWheel == 0 ? far.element().at >> SLOT_BITS : slot + 1;
            turn();
        }
        Planned next = atHand.remove();
        now = next.at;
        next.action.run();
        return true;
    }

    /** Takes what belongs to the slot at hand. */
    private void turn() {
        List<Planned> due = wheel.get((int) (slot % SLOTS));
        onWheel -= due.size();
        atHand.addAll(due);
        due.clear();
        while (!far.isEmpty() && far.element().at >> SLOT_BITS <= slot) {
            atHand.add(far.remove());
        }
    }

    /** How many actions were planned so far. */
    long steps() {
        return planned;
    }
}
