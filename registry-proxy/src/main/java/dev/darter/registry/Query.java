package dev.darter.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import io.netty.handler.codec.http.QueryStringDecoder;

import dev.darter.service.HttpExchange;

/** Reads the query of a request, which may be anything. */
final class Query {

    private Query() {}

    /** All values of a parameter, decoded. */
    static List<String> all(HttpExchange exchange, String name) throws RefusedException {
        try {
            return exchange.queryAll(name);
        } catch (IllegalArgumentException malformed) {
            throw new RefusedException(ErrorCode.NAME_INVALID, "the query is malformed");
        }
    }

    /** The only value of a parameter, decoded; several are refused, because whoever comes after might read another one. */
    static Optional<String> only(HttpExchange exchange, String name) throws RefusedException {
        List<String> values = all(exchange, name);
        if (values.size() > 1) {
            throw new RefusedException(ErrorCode.NAME_INVALID, "the query has several values for " + name);
        }
        return values.stream().findFirst();
    }

    /**
     * The query as it came, to be passed on, but for {@code ns}, which only mirrors know. Parameters are told apart as when they are read: at
     * {@code &} and {@code ;}, and by their decoded names.
     */
    static Optional<String> withoutNamespace(String target) throws RefusedException {
        int mark = target.indexOf('?');
        if (mark < 0) {
            return Optional.empty();
        }
        try {
            String query = Arrays.stream(target.substring(mark + 1).split("(?=[&;])"))
                    .filter(parameter -> !name(parameter).isEmpty() && !name(parameter).equals("ns"))
                    .collect(Collectors.joining());
            String rest = query.startsWith("&") || query.startsWith(";") ? query.substring(1) : query;
            return Optional.ofNullable(new URI("/?" + rest).getRawQuery()).filter(text -> !text.isEmpty());
        } catch (URISyntaxException | IllegalArgumentException malformed) {
            throw new RefusedException(ErrorCode.NAME_INVALID, "the query is malformed");
        }
    }

    /** @param parameter with the separator before it, if there is one */
    private static String name(String parameter) {
        int start = parameter.startsWith("&") || parameter.startsWith(";") ? 1 : 0;
        int equals = parameter.indexOf('=');
        return QueryStringDecoder.decodeComponent(parameter.substring(start, equals < 0 ? parameter.length() : equals));
    }
}
