package dev.darter.scheduler;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** Gives things small numbers, which are used again after they were freed. */
final class Numbering<T> {

    private final Map<T, Integer> numbers = new HashMap<>();
    private final List<@Nullable T> things = new ArrayList<>();
    private final Deque<Integer> free = new ArrayDeque<>();

    int numberOf(T thing) {
        Integer known = numbers.get(thing);
        if (known != null) {
            return known;
        }
        int number = free.isEmpty() ? things.size() : free.pop();
        if (number == things.size()) {
            things.add(thing);
        } else {
            things.set(number, thing);
        }
        numbers.put(thing, number);
        return number;
    }

    /** The number, or -1 where the thing has none. */
    int find(T thing) {
        return numbers.getOrDefault(thing, -1);
    }

    T get(int number) {
        return java.util.Objects.requireNonNull(things.get(number));
    }

    void free(T thing) {
        Integer number = numbers.remove(thing);
        if (number != null) {
            things.set(number, null);
            free.push(number);
        }
    }
}
