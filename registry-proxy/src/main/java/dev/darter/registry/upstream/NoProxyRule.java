package dev.darter.registry.upstream;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * One entry of {@code NO_PROXY}, read as Go's programs read it, so that Darter and the runtimes agree: {@code *}, {@code example.org} (and
 * what is below it), {@code .example.org} (only what is below it), an address or {@code 10.0.0.0/8}, each but the last with an optional port.
 */
final class NoProxyRule {

    private final String host;
    private final Optional<Integer> port;

    private NoProxyRule(String host, Optional<Integer> port) {
        this.host = host;
        this.port = port;
    }

    static NoProxyRule parse(String entry) {
        String text = entry.trim().toLowerCase(Locale.ROOT);
        int colon = text.lastIndexOf(':');
        boolean hasPort = (colon > 0 && text.indexOf(':') == colon) || text.contains("]:");
        if (hasPort && text.substring(colon + 1).matches("\\d{1,5}")) {
            return new NoProxyRule(withoutBrackets(text.substring(0, colon)), Optional.of(Integer.parseInt(text.substring(colon + 1))));
        }
        return new NoProxyRule(withoutBrackets(text), Optional.empty());
    }

    /** Whether a host (lower case, no brackets) is reached directly. */
    boolean covers(String target, int targetPort) {
        if (port.isPresent() && port.get() != targetPort) {
            return false;
        }
        if (host.equals("*") || host.equals(target)) {
            return true;
        }
        if (host.contains("/")) {
            return literal(target).map(this::inNetwork).orElse(false);
        }
        String suffix = host.startsWith("*.") ? host.substring(1) : host;
        return target.endsWith(suffix.startsWith(".") ? suffix : "." + suffix);
    }

    private boolean inNetwork(InetAddress address) {
        String[] parts = host.split("/", 2);
        Optional<InetAddress> network = literal(parts[0]);
        if (network.isEmpty() || !parts[1].matches("\\d{1,3}") || network.get().getAddress().length != address.getAddress().length) {
            return false;
        }
        int ignoredBits = address.getAddress().length * 8 - Integer.parseInt(parts[1]);
        return ignoredBits >= 0 && new BigInteger(1, network.get().getAddress()).xor(new BigInteger(1, address.getAddress()))
                .shiftRight(ignoredBits)
                .signum() == 0;
    }

    /** An address that is written out; names are not looked up. */
    static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException name) {
            return Optional.empty();
        }
    }

    static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
