package dev.darter.service;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/** Runs tasks one after the other in the order in which they came, on virtual threads that live for as long as there is work. */
final class InOrder implements Executor {
    private final String threadName;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    InOrder(String threadName) {
        this.threadName = threadName;
    }

    @Override
    public synchronized void execute(Runnable task) {
        tasks.add(task);
        if (!running) {
            running = true;
            var _ = Thread.ofVirtual().name(threadName).start(this::drain);
        }
    }

    private void drain() {
        Runnable task;
        while ((task = next()) != null) {
            task.run();
        }
    }

    private synchronized @org.jspecify.annotations.Nullable Runnable next() {
        Runnable task = tasks.poll();
        running = task != null;
        return task;
    }
}
