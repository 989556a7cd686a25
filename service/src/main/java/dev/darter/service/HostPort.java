package dev.darter.service;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * Where a listener binds, or what a client connects to.
 *
 * @param host a name or an IP address literal; an IPv6 literal stands here without brackets
 * @param port 0 lets the system choose, for a listener
 */
public record HostPort(String host, int port) {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9._-]+)?");
    private static final Pattern IPV4 = Pattern.compile("[0-9.]+");

    /** Rejects what is no host or no port with an {@link IllegalArgumentException} whose message can be shown to a user. */
    public HostPort {
        if (!HOST.matcher(host).matches() && !IPV6.matcher(host).matches()) {
            throw new IllegalArgumentException("'" + host + "' is not a host name or IP address");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
        }
    }

    /** Reads {@code host:port} or {@code [IPv6]:port}; anything else is an {@link IllegalArgumentException} that can be shown to a user. */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !text.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("'" + text + "' is not HOST:PORT, for instance 127.0.0.1:65001");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("'" + text + "' is ambiguous: write an IPv6 address in brackets, for instance [::1]:65001");
        }
        return new HostPort(host, Integer.parseInt(text.substring(colon + 1)));
    }

    /**
     * Whether only programs of this machine can reach it. Decided from the text alone: {@code localhost} and loopback literals; any other
     * name counts as reachable from elsewhere, whatever it resolves to at the moment.
     */
    public boolean isLoopback() {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        if (!IPV4.matcher(host).matches() && host.indexOf(':') < 0) {
            return false;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException notALiteral) {
            return false;
        }
    }

    /** Resolves the host now; may block for as long as the name service takes. */
    public InetSocketAddress resolve() throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    /** The same host with another port. */
    public HostPort withPort(int newPort) {
        return new HostPort(host, newPort);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
