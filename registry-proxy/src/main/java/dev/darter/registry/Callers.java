package dev.darter.registry;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.darter.registry.upstream.Credentials;

/** Tells callers apart by their credentials, without keeping these. */
final class Callers {

    private static final JsonMapper JSON = new JsonMapper();

    private final byte[] salt = new byte[32];

    Callers(SecureRandom random) {
        random.nextBytes(salt);
    }

    /** @param authorization the lines of the request's {@code Authorization} header */
    Caller of(List<String> authorization) {
        List<String> meant = MarkedToken.unwrap(authorization);
        return new Caller(new Credentials.Caller(meant), id(meant), meant.size() == 1 ? expiry(meant.getFirst()) : Optional.empty());
    }

    /** Somebody who may use an account of the agent's own. Equal for all such callers, and never equal to a caller's own credentials. */
    Caller of(Credentials.Own account) {
        return new Caller(account, id(List.of("", account.user(), account.secret())), Optional.empty());
    }

    private CallerId id(List<String> authorization) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(salt);
            for (String line : authorization) {
                sha256.update(line.getBytes(StandardCharsets.UTF_8));
                sha256.update((byte) '\n');
            }
            return new CallerId(HexFormat.of().formatHex(sha256.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    /** The {@code exp} claim (RFC 7519) of a bearer token that is a JWT. Not verified: the upstream does that. */
    static Optional<Instant> expiry(String authorization) {
        if (!authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return Optional.empty();
        }
        String[] parts = authorization.substring(7).strip().split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            JsonNode exp = JSON.readTree(Base64.getUrlDecoder().decode(parts[1])).path("exp");
            return exp.isNumber() && exp.canConvertToLong() ? Optional.of(Instant.ofEpochSecond(exp.longValue())) : Optional.empty();
        } catch (JacksonException | IllegalArgumentException | DateTimeException notReadable) {
            return Optional.empty();
        }
    }
}
