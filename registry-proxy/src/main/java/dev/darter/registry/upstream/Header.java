package dev.darter.registry.upstream;

/** One header line. */
public record Header(String name, String value) {

    boolean is(String otherName) {
        return name.equalsIgnoreCase(otherName);
    }
}
