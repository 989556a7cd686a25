package dev.darter.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.darter.e2e.LayerWriter.Layer;

/** Layers in eStargz: each file is compressed by itself, and a table of contents at the end says where it is. */
final class StargzConversion {
    private static final String TOC_DIGEST = "containerd.io/snapshot/stargz/toc.digest";

    private StargzConversion() {}

    static Layer of(Layer plain, OciLayoutWriter layout) {
        Path folder = Watchdog.instance().folder();
        try {
            Path converted = Files.createTempFile(folder, "stargz-", ".layer");
            String printed = Command
                    .of(folder, "convert", Stargz.program(), "convert", plain.blob().file().toString(), converted.toString())
                    .run(Duration.ofMinutes(2))
                    .orFail("stargz convert")
                    .stdout();
            List<String> digests = List.of(printed.strip().split(" "));
            Blob blob = layout.write(plain.blob().mediaType(), out -> Files.copy(converted, out));
            Files.delete(converted);
            return new Layer(blob, digests.get(1), Map.of(TOC_DIGEST, digests.get(0)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
