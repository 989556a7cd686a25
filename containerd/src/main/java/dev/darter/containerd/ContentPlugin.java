package dev.darter.containerd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import com.google.protobuf.CodedInputStream;

/** What containerd says of its own content plugin. */
final class ContentPlugin {

    static final String TYPE = "io.containerd.content.v1";

    private ContentPlugin() {}

    /** The folder that the plugin names as its root. */
    static Optional<Path> folder(CodedInputStream in) throws IOException {
        Map<String, String> exports = new HashMap<>();
        Fields.read(in, (field, plugin) -> {
            if (field == 1) {
                plugin.message((number, value) -> {
                    if (number == 5) {
                        value.entry(exports);
                    }
                });
            }
        });
        return Optional.ofNullable(exports.get("root")).map(Path::of);
    }
}
