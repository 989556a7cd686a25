package dev.darter.service;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/** The conditions, each with a name, under which a process can do its work. Thread-safe. */
public final class Readiness {
    private final Map<String, Supplier<Optional<String>>> checks = new ConcurrentSkipListMap<>();

    /** Adds or replaces a condition; the supplier says in a few words what is missing, or nothing. It must not block. */
    public void require(String name, Supplier<Optional<String>> problem) {
        checks.put(name, problem);
    }

    /** What is missing, by name; empty when the process is ready. */
    public Map<String, String> problems() {
        Map<String, String> problems = new LinkedHashMap<>();
        checks.forEach((name, check) -> check.get().ifPresent(problem -> problems.put(name, problem)));
        return problems;
    }
}
