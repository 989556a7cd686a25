package dev.darter.service;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.netty.handler.codec.http.QueryStringDecoder;

/** The parts of a request target in origin or absolute form (RFC 9112, 3.2). */
record RequestTarget(String text) {

    String path() {
        String rest = withoutAuthority();
        int query = rest.indexOf('?');
        return query < 0 ? rest : rest.substring(0, query);
    }

    List<String> query(String name) {
        String rest = withoutAuthority();
        int query = rest.indexOf('?');
        if (query < 0) {
            return List.of();
        }
        return new QueryStringDecoder(rest.substring(query + 1), StandardCharsets.UTF_8, false).parameters().getOrDefault(name, List.of());
    }

    private String withoutAuthority() {
        int scheme = text.indexOf("://");
        if (text.startsWith("/") || scheme < 0) {
            return text;
        }
        for (int at = scheme + 3; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '/') {
                return text.substring(at);
            }
            if (c == '?') {
                return "/" + text.substring(at);
            }
        }
        return "/";
    }
}
