package dev.darter.protocol;

import java.util.regex.Pattern;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The name of a host in the cluster: letters, digits, dot, dash and underscore, at most 128 of them. Kept across restarts of its agent. */
public record HostId(String name) implements Comparable<HostId> {

    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    @JsonCreator
    public HostId {
        if (!VALID.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' can't name a host: use letters, digits, '.', '-' and '_', at most 128");
        }
    }

    @Override
    public int compareTo(HostId other) {
        return name.compareTo(other.name);
    }

    @Override
    @JsonValue
    public String toString() {
        return name;
    }
}
