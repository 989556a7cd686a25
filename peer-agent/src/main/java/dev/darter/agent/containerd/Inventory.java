package dev.darter.agent.containerd;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.darter.containerd.Containerd;
import dev.darter.containerd.ContainerdException;
import dev.darter.containerd.ContentInfo;
import dev.darter.protocol.Digest;

/**
 * All that one containerd holds, in whatever namespace. Content of several namespaces is one file; what each of them says of it counts.
 *
 * @param imagesWithoutLayers whose layers were thrown away after they were unpacked
 */
record Inventory(Map<Digest, Entry> entries, long imagesWithoutLayers) {

    /** @param registries that the content was pulled from, by containerd's names */
    record Entry(long size, Set<String> registries) {
        static Entry of(ContentInfo info) {
            return new Entry(info.size(), new TreeSet<>(info.sources()));
        }

        Entry and(Entry other) {
            Set<String> all = new TreeSet<>(registries);
            all.addAll(other.registries);
            return new Entry(size, all);
        }

        Path file(Path contentFolder, Digest digest) {
            return contentFolder.resolve("blobs").resolve(digest.algorithm().prefix()).resolve(digest.hex());
        }
    }

    static Inventory take(Containerd containerd) throws ContainerdException {
        Map<Digest, Entry> entries = new HashMap<>();
        long withoutLayers = 0;
        for (String namespace : containerd.namespaces()) {
            for (ContentInfo info : containerd.list(namespace)) {
                entries.merge(info.digest(), Entry.of(info), Entry::and);
                withoutLayers += info.lostLayers() ? 1 : 0;
            }
        }
        return new Inventory(entries, withoutLayers);
    }
}
