package dev.darter.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
    @ParameterizedTest
    @CsvSource({"'', '', 0", "'', abc, 3", "abc, '', 3", "zone, zone, 0", "uplaod, upload, 1", "zon, zone, 1", "zones, zone, 1",
            "done, zone, 1", "ca, abc, 3"})
    void countsEdits(String a, String b, int edits) {
        assertThat(NearestName.distance(a, b)).isEqualTo(edits);
        assertThat(NearestName.distance(b, a)).isEqualTo(edits);
    }

    @Test
    void findsTheNearest() {
        assertThat(NearestName.of("proxi", List.of("peer", "proxy", "quota"))).contains("proxy");
        assertThat(NearestName.of("x", List.of())).isEmpty();
        assertThat(NearestName.of("config", List.of("zone", "drain"))).isEmpty();
    }
}
