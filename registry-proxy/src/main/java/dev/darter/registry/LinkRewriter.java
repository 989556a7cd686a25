package dev.darter.registry;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keeps the next page of a list with the registry that the first page came from: its link is in the upstream's words. */
final class LinkRewriter {

    private static final Pattern LINK = Pattern.compile("<([^>]*)>(.*)");

    private LinkRewriter() {}

    /** The value of {@code Link} for a client that addresses its registry so. */
    static String forClient(Address address, String link) {
        Matcher matcher = LINK.matcher(link);
        if (!matcher.matches()) {
            return link;
        }
        String identity = address.upstream().identity();
        String url = matcher.group(1);
        String path = url.startsWith(identity + "/") ? url.substring(identity.length()) : url;
        if (!path.startsWith("/v2/")) {
            return link;
        }
        String rewritten = switch (address.style()) {
            case NAMESPACE ->
                path + (path.indexOf('?') < 0 ? "?" : "&") + "ns=" + URLEncoder.encode(address.name(), StandardCharsets.UTF_8);
            case PREFIX -> "/v2/" + address.prefix() + path.substring("/v2/".length());
            case DEFAULT -> path;
            case FORWARD -> url;
        };
        return "<" + rewritten + ">" + matcher.group(2);
    }
}
