package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

/** The dashboard as a document; {@link DashboardIT} runs what it asks. */
final class DashboardTest {
    private static final Pattern METRIC = Pattern.compile("\\b(darter|jvm|process)_\\w+");

    @Test
    void panelsSayWhatTheyShow() throws IOException {
        List<Dashboard.Panel> panels = Dashboard.read().panels();

        assertThat(panels).isNotEmpty().extracting(Dashboard.Panel::id).doesNotHaveDuplicates();
        assertThat(panels).allSatisfy(panel -> {
            assertThat(panel.title()).isNotBlank();
            assertThat(panel.description()).isNotBlank();
            assertThat(panel.expressions()).isNotEmpty().allSatisfy(expression -> assertThat(expression).contains("$instance"));
        });
    }

    @Test
    void panelsLieBesideEachOther() throws IOException {
        List<Dashboard.Panel> panels = Dashboard.read().panels();

        for (Dashboard.Panel panel : panels) {
            assertThat(panel.place().x() + panel.place().width()).as(panel.title()).isLessThanOrEqualTo(24);
            assertThat(panels).filteredOn(other -> other.place().overlaps(panel.place()))
                    .as("at the place of %s", panel.title())
                    .hasSize(1);
        }
    }

    @Test
    void metricsThatAreShownAreExplained() throws IOException {
        String page = Files.readString(Checkout.root().resolve("docs/monitoring.md"));
        Set<String> shown = new TreeSet<>();
        for (Dashboard.Panel panel : Dashboard.read().panels()) {
            for (String expression : panel.expressions()) {
                Matcher names = METRIC.matcher(expression);
                while (names.find()) {
                    shown.add(names.group().replaceFirst("_bucket$", ""));
                }
            }
        }

        assertThat(shown).filteredOn(name -> name.startsWith("darter_"))
                .hasSizeGreaterThan(8)
                .allSatisfy(name -> assertThat(page).contains(name));
    }
}
