package dev.darter.e2e.simulation;

import java.util.PriorityQueue;

/** Virtual time: actions run in the order of their time, and of their planning where times are equal. */
final class Timeline {

    private record Planned(long at, long order, Runnable action) implements Comparable<Planned> {
        @Override
        public int compareTo(Planned other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Planned> plan = new PriorityQueue<>();
    private long now;
    private long planned;

    /** Nanoseconds since the beginning. */
    long now() {
        return now;
    }

    void in(long nanos, Runnable action) {
        plan.add(new Planned(now + Math.max(0, nanos), planned++, action));
    }

    /** Runs the next action; false when nothing is planned any more. */
    boolean step() {
        Planned next = plan.poll();
        if (next == null) {
            return false;
        }
        now = next.at;
        next.action.run();
        return true;
    }

    /** How many actions were planned so far. */
    long steps() {
        return planned;
    }
}
