package dev.darter.registry.upstream;

import java.util.List;

/** With whose rights a registry is asked. Never printed: {@code toString} shows no secret. */
public sealed interface Credentials {

    /**
     * A caller's own {@code Authorization} header lines, passed on verbatim; without any the request goes as it is. A challenge in the answer
     * is the caller's to meet.
     */
    record Caller(List<String> authorization) implements Credentials {

        public Caller {
            authorization = List.copyOf(authorization);
        }

        @Override
        public String toString() {
            return authorization.isEmpty() ? "no credentials" : "the caller's credentials";
        }
    }

    /** Nobody in particular: a bearer challenge is met with an anonymous token, as Docker Hub wants it for public images. */
    record Anonymous() implements Credentials {
        @Override
        public String toString() {
            return "anonymous";
        }
    }

    /**
     * An account of the agent's own; Basic and Bearer challenges are met.
     *
     * @param user the name; {@value #IDENTITY_TOKEN_USER}, Docker's convention, says that the secret is an OAuth2 refresh token
     * @param secret a password, an access token or a refresh token
     */
    record Own(String user, String secret) implements Credentials {

        /** The user name that marks the secret as an identity token. */
        public static final String IDENTITY_TOKEN_USER = "<token>";

        boolean isIdentityToken() {
            return user.equals(IDENTITY_TOKEN_USER);
        }

        @Override
        public String toString() {
            return "account " + user;
        }
    }

    /** The rights of somebody who sends no {@code Authorization} header. */
    static Credentials none() {
        return new Caller(List.of());
    }
}
