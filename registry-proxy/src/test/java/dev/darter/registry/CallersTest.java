package dev.darter.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.darter.registry.upstream.Credentials;

class CallersTest {

    private final Callers callers = new Callers(new SecureRandom());

    @Test
    void tellsCallersApartWithoutShowingTheirSecrets() {
        Caller alice = callers.of(List.of("Basic YWxpY2U6c2VjcmV0"));
        assertThat(alice.id()).isEqualTo(callers.of(List.of("Basic YWxpY2U6c2VjcmV0")).id());
        assertThat(alice.id()).isNotEqualTo(callers.of(List.of("Basic Ym9iOnNlY3JldA==")).id());
        assertThat(alice.id()).isNotEqualTo(callers.of(List.of()).id());
        assertThat(callers.of(new Credentials.Own("", "")).id()).isNotEqualTo(callers.of(List.of()).id());
        assertThat(alice.id()).isNotEqualTo(new Callers(new SecureRandom()).of(List.of("Basic YWxpY2U6c2VjcmV0")).id());
        assertThat(alice.toString()).doesNotContain("YWxpY2U6c2VjcmV0");
    }

    @Test
    void seesWhenATokenEnds() {
        String claims = Base64.getUrlEncoder().withoutPadding().encodeToString("{\"exp\":1900000000}".getBytes(StandardCharsets.UTF_8));
        assertThat(callers.of(List.of("Bearer head." + claims + ".signature")).expires()).contains(Instant.ofEpochSecond(1_900_000_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer opaque", "Bearer a.b.c", "Bearer ..", "Bearer a.e30.c", "Basic a.e30.c", "Bearer a.bnVsbA.c", "Bearer",
            ""})
    void seesNoEndInOtherTokens(String authorization) {
        assertThat(callers.of(List.of(authorization)).expires()).isEmpty();
    }

    @Test
    void takesTheAgentsOwnTokensForWhatTheyStandFor() {
        String basic = "Basic YWxpY2U6c2VjcmV0";
        assertThat(callers.of(List.of("Bearer " + MarkedToken.wrap(Optional.of(basic))))).isEqualTo(callers.of(List.of(basic)));
        assertThat(callers.of(List.of("Bearer " + MarkedToken.wrap(Optional.empty())))).isEqualTo(callers.of(List.of()));
        assertThat(callers.of(List.of("Bearer " + MarkedToken.wrap(Optional.of("Bearer x"))))).isEqualTo(callers.of(List.of()));
        assertThat(callers.of(List.of("Bearer darter.basic.***")).credentials()).isEqualTo(Credentials.none());
        String injected = Base64.getUrlEncoder().encodeToString("Basic a\r\nX: y".getBytes(StandardCharsets.UTF_8));
        assertThat(callers.of(List.of("Bearer darter.basic." + injected)).credentials()).isEqualTo(Credentials.none());
    }
}
