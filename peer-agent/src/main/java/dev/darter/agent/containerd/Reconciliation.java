package dev.darter.agent.containerd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjLongConsumer;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;
import dev.darter.store.BorrowedBlobs;
import dev.darter.store.BorrowedBlobs.Offered;
import dev.darter.store.BorrowedBlobs.Reason;
import dev.darter.store.BorrowedBlobs.Sharing;

/** Makes the store's list of borrowed blobs what containerd's inventory says. For one thread. */
final class Reconciliation {

    private final BorrowedBlobs blobs;
    private final StoreMode mode;
    private final RegistryNames names;
    private final ObjLongConsumer<BlobKey> held;
    /** Why these can't be shared; they aren't tried again as long as containerd has them. */
    private final Map<Digest, String> unsharable = new HashMap<>();

    Reconciliation(BorrowedBlobs blobs, StoreMode mode, RegistryNames names, ObjLongConsumer<BlobKey> held) {
        this.blobs = blobs;
        this.mode = mode;
        this.names = names;
        this.held = held;
    }

    /** Returns what the operator should know of what couldn't be used. */
    List<String> run(Path folder, Inventory inventory) throws IOException {
        Map<Reason, Integer> refused = new EnumMap<>(Reason.class);
        for (Map.Entry<Digest, Inventory.Entry> entry : inventory.entries().entrySet()) {
            Digest digest = entry.getKey();
            Path file = entry.getValue().file(folder, digest);
            offer(digest, entry.getValue(), file, refused);
            if (mode == StoreMode.SHARED && !unsharable.containsKey(digest)
                    && blobs.share(digest, file) instanceof Sharing.Impossible(String reason)) {
                unsharable.put(digest, reason);
            }
        }
        blobs.retain(inventory.entries().keySet());
        blobs.recount();
        unsharable.keySet().retainAll(inventory.entries().keySet());
        return notes(folder, refused, inventory);
    }

    private void offer(Digest digest, Inventory.Entry entry, Path file, Map<Reason, Integer> refused) throws IOException {
        Set<String> sources = names.sources(entry.registries());
        if (sources.isEmpty()) {
            return;
        }
        switch (blobs.offer(digest, file, entry.size(), sources)) {
            case Offered.Taken(Set<String> believed) -> believed.forEach(source -> held.accept(new BlobKey(source, digest), entry.size()));
            case Offered.Refused(Reason reason) -> refused.merge(reason, 1, Integer::sum);
            case Offered.Known() -> {
                // As most of them at most times.
            }
        }
    }

    private List<String> notes(Path folder, Map<Reason, Integer> refused, Inventory inventory) {
        List<String> notes = new ArrayList<>();
        refused.forEach((reason, count) -> notes.add(count + " blobs are not served from " + folder + ": " + switch (reason) {
            case MISSING -> "their files are not there, as this process sees that folder";
            case UNREADABLE -> "this process may not read them";
            case UNKNOWN_SOURCE -> "containerd says that they came from several registries, and which one is true is not known";
            case DAMAGED -> "their content is damaged";
        }));
        if (inventory.imagesWithoutLayers() > 0) {
            notes.add("containerd keeps no layers of " + inventory.imagesWithoutLayers()
                    + " images (discard_unpacked_layers), so they can't be served from there");
        }
        unsharable.values()
                .stream()
                .findFirst()
                .ifPresent(
                        reason -> notes.add(unsharable.size() + " blobs are stored twice, because their files can't be shared: " + reason));
        return List.copyOf(notes);
    }
}
