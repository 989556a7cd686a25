package dev.darter.agent.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads the YAML file: one flat mapping whose keys are the options without their dashes. */
final class ConfigFile {
    private static final YAMLMapper YAML = new YAMLMapper(
            YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

    private static final Pattern LINE = Pattern.compile("line (\\d+), column");

    private ConfigFile() {}

    /** All keys with their values as text; several values of one key are joined with commas. A key without a value counts as absent. */
    static Map<String, String> read(Path file) throws CommandException {
        JsonNode root;
        try {
            root = YAML.readTree(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw CommandException.usage("there is no configuration file " + file + "; correct --config or write the file");
        } catch (FileSystemException e) {
            throw CommandException.usage("the configuration file " + file + " can't be read: " + StartFailure.reason(e));
        } catch (IOException e) {
            throw CommandException.usage("the configuration file " + file + " can't be read: " + e.getMessage());
        } catch (JacksonException e) {
            throw CommandException.usage(file + " is not YAML" + problem(e));
        }
        Map<String, String> values = new LinkedHashMap<>();
        if (root.isMissingNode() || root.isNull()) {
            return values;
        }
        if (!root.isObject()) {
            throw CommandException.usage(file + " has to hold lines of the form 'proxy: 127.0.0.1:65001'");
        }
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            if (!entry.getValue().isNull()) {
                values.put(entry.getKey(), text(file, entry.getKey(), entry.getValue()));
            }
        }
        return values;
    }

    private static String text(Path file, String key, JsonNode value) throws CommandException {
        if (value.isValueNode()) {
            return value.asString();
        }
        List<String> items = new ArrayList<>();
        for (JsonNode item : value) {
            if (!value.isArray() || !item.isValueNode()) {
                throw CommandException.usage("'" + key + "' in " + file + " has to be a single value or a list of values");
            }
            items.add(item.asString());
        }
        return String.join(",", items);
    }

    /**
     * The parser beneath names the place of the mistake last in its message, and before it what is wrong there; Jackson's own location is where
     * the line or block before it ends.
     */
    private static String problem(JacksonException failure) {
        String message = failure.getOriginalMessage();
        String what = message.lines()
                .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
                .reduce("", (_, last) -> last);
        Optional<String> line = LINE.matcher(message).results().map(found -> found.group(1)).reduce((_, last) -> last);
        return line.map(number -> " (line " + number + ")").orElse("") + ": " + (what.isEmpty() ? "unknown error" : what);
    }
}
