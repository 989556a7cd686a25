package dev.darter.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.darter.registry.upstream.Upstream;

/**
 * What a client wants a token for, in the words of the registry that has it.
 *
 * @param scopes of that registry alone: a token is for one
 */
record TokenScopes(Upstream upstream, List<String> scopes) {

    /** {@code repository:<name>:<actions>} or {@code repository(<class>):<name>:<actions>}; a name may hold a port's colon. */
    private static final Pattern SCOPE = Pattern.compile("(repository(?:\\([a-z0-9]+\\))?):(.+):([a-z*,]*)");

    /** @param parameters the query's {@code scope}s, each perhaps with several scopes between spaces; without any the default registry is meant */
    static TokenScopes of(List<String> parameters, AddressBook addresses) throws RefusedException {
        Optional<Upstream> upstream = Optional.empty();
        List<String> rewritten = new ArrayList<>();
        for (String parameter : parameters) {
            for (String scope : parameter.split(" ", -1)) {
                Matcher matcher = SCOPE.matcher(scope);
                if (!matcher.matches()) {
                    continue; // the catalog, for instance: nothing that pulling needs
                }
                Address address = addresses.ofRepository(matcher.group(2));
                if (upstream.isEmpty()) {
                    upstream = Optional.of(address.upstream());
                }
                if (upstream.get().equals(address.upstream())) {
                    rewritten.add(matcher.group(1) + ":" + Names.repository(address.path()) + ":" + matcher.group(3));
                }
            }
        }
        return new TokenScopes(upstream.isPresent() ? upstream.get() : addresses.first(), List.copyOf(rewritten));
    }
}
