package dev.darter.agent.cli;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.darter.registry.upstream.UpstreamConfig;

/** Reads the values of {@code --upstream}: several names of one URL are one registry. */
final class UpstreamList {
    private UpstreamList() {}

    static List<UpstreamConfig> parse(List<String> texts) throws CommandException {
        if (texts.isEmpty()) {
            return List.of(UpstreamConfig.dockerHub());
        }
        Map<String, URI> byName = new LinkedHashMap<>();
        Map<URI, UpstreamConfig> byUrl = new LinkedHashMap<>();
        for (String text : texts) {
            UpstreamConfig upstream = parse(text);
            String name = upstream.names().getFirst();
            URI earlier = byName.putIfAbsent(name, upstream.base());
            if (earlier != null && !earlier.equals(upstream.base())) {
                throw CommandException
                        .usage("--upstream gives '" + name + "' two URLs, " + earlier + " and " + upstream.base() + "; leave one out");
            }
            byUrl.merge(upstream.base(), upstream, UpstreamList::join);
        }
        return List.copyOf(byUrl.values());
    }

    private static UpstreamConfig parse(String text) throws CommandException {
        try {
            return UpstreamConfig.parse(text.strip());
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("--upstream " + text + ": " + e.getMessage());
        }
    }

    private static UpstreamConfig join(UpstreamConfig first, UpstreamConfig second) {
        List<String> names = new ArrayList<>(first.names());
        names.addAll(second.names());
        return new UpstreamConfig(names, first.base(), first.caFile());
    }
}
