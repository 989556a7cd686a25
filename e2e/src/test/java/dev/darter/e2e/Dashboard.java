package dev.darter.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code deploy/grafana/darter.json}: what Grafana shows, panel by panel. */
record Dashboard(List<Panel> panels) {
    /** Where Grafana puts a panel; the grid is 24 wide. */
    record Place(int x, int y, int width, int height) {
        boolean overlaps(Place other) {
            return x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height;
        }
    }

    record Panel(int id, String title, String description, Place place, List<String> expressions) {}

    static Dashboard read() throws IOException {
        Path file = Checkout.root().resolve("deploy/grafana/darter.json");
        JsonNode root = new JsonMapper().readTree(Files.readAllBytes(file));
        return new Dashboard(children(root.path("panels")).map(Dashboard::panel).toList());
    }

    /**
     * An expression as Grafana sends it to Prometheus when all hosts are selected.
     *
     * @param rate interval over which rates are taken, {@code 4s}
     * @param range the time that is shown, {@code 60s}
     */
    static String filledIn(String expression, String rate, String range) {
        return expression.replace("$__rate_interval", rate).replace("$__range", range).replace("$instance", ".*");
    }

    private static Panel panel(JsonNode panel) {
        JsonNode grid = panel.path("gridPos");
        return new Panel(panel.path("id").asInt(), panel.path("title").asString(), panel.path("description").asString(),
                new Place(grid.path("x").asInt(), grid.path("y").asInt(), grid.path("w").asInt(), grid.path("h").asInt()),
                children(panel.path("targets")).map(target -> target.path("expr").asString()).toList());
    }

    private static Stream<JsonNode> children(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
