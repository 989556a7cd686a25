package dev.darter.registry.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;

class ChallengeTest {

    private static final Challenge.Bearer HUB = new Challenge.Bearer(URI.create("https://auth.docker.io/token"),
            Optional.of("registry.docker.io"), Optional.of("repository:library/alpine:pull"));

    @Test
    void readsDockerHubsChallenge() {
        assertThat(Challenge.parse(List.of("Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\","
                + "scope=\"repository:library/alpine:pull\""))).containsExactly(HUB);
    }

    @Test
    void readsSeveralChallengesInOneLine() {
        assertThat(Challenge.parse(List.of("Negotiate abc==, Basic realm=\"a, b\", bearer Realm = \"https://auth.docker.io/token\" , "
                + "service=registry.docker.io, error=\"insufficient_scope\", scope=\"repository:library/alpine:pull\"")))
                .containsExactly(new Challenge.Basic(), HUB);
    }

    @Test
    void readsSeveralLines() {
        assertThat(Challenge.parse(List.of("Basic", "Bearer realm=\"http://a/t\"")))
                .containsExactly(new Challenge.Basic(), new Challenge.Bearer(URI.create("http://a/t"), Optional.empty(), Optional.empty()));
    }

    @Test
    void keepsScopesWithCommas() {
        assertThat(Challenge.parse(List.of("Bearer realm=\"https://a/t\",scope=\"repository:a:pull,push repository:b:pull\"")))
                .containsExactly(new Challenge.Bearer(URI.create("https://a/t"), Optional.empty(),
                        Optional.of("repository:a:pull,push repository:b:pull")));
    }

    @Test
    void undoesQuoting() {
        assertThat(Challenge.parse(List.of("Bearer realm=\"https://a/t\", service=\"say \\\"hi\\\"\"")))
                .containsExactly(new Challenge.Bearer(URI.create("https://a/t"), Optional.of("say \"hi\""), Optional.empty()));
    }

    @Test
    void leavesOutRealmsThatAreNoWebAddress() {
        assertThat(Challenge.parse(List.of("Bearer service=\"x\"", "Bearer realm=\"file:///etc/passwd\"", "Bearer realm=\"/token\"",
                "Bearer realm=\"https://a b\""))).isEmpty();
    }

    @Test
    void takesAnyLineWithoutFailing() {
        String alphabet = "Bearer ,=\"\\\t;realm:/x";
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder line = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                line.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(Challenge.parse(List.of(line.toString()))).as("seed %d, line %s", seed, line).isNotNull();
        }
    }
}
