package dev.darter.e2e;

import java.util.HashMap;
import java.util.Map;

/** The samples of a Prometheus text page, summed over their labels. */
record Metrics(Map<String, Double> sums) {

    static Metrics parse(String page) {
        Map<String, Double> sums = new HashMap<>();
        page.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(line -> {
            String name = line.split("[{ ]", 2)[0];
            String value = line.substring(line.lastIndexOf('}') + 1).strip().split(" ", 3)[line.contains("}") ? 0 : 1];
            sums.merge(name, parseValue(value), Double::sum);
        });
        return new Metrics(sums);
    }

    double sum(String name) {
        return sums.getOrDefault(name, 0.0);
    }

    boolean has(String name) {
        return sums.containsKey(name);
    }

    private static double parseValue(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }
}
