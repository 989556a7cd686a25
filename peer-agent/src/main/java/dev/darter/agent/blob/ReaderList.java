package dev.darter.agent.blob;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import dev.darter.registry.OriginException;

/** Those who read one download, and whom of them the origin has refused. Not thread-safe: guarded by its download's lock. */
final class ReaderList {

    private final Map<Long, DownloadReader> readers = new LinkedHashMap<>();
    private Optional<OriginException> refusal = Optional.empty();

    void add(DownloadReader reader) {
        readers.put(reader.id(), reader);
    }

    /** True when it was among them. */
    boolean remove(DownloadReader reader) {
        return readers.remove(reader.id()) != null;
    }

    boolean isEmpty() {
        return readers.isEmpty();
    }

    /** All of them, in the order in which they came. */
    Collection<DownloadReader> all() {
        return List.copyOf(readers.values());
    }

    /**
     * Ends those who read now.
     *
     * @param reason made from what the origin answered to the last caller that it refused
     */
    void fail(Function<Optional<OriginException>, IOException> reason) {
        IOException failure = reason.apply(refusal);
        readers.values().forEach(reader -> reader.fail(failure));
    }

    /** The blob has another size than was thought: whoever was told or given anything gets no more, lest it be taken for the same blob. */
    void endMisled() {
        readers.values().stream().filter(DownloadReader::wasTold).forEach(DownloadReader::mislead);
    }

    /** A caller whose credentials the origin has not refused. */
    Optional<DownloadReader> caller() {
        return readers.values().stream().filter(reader -> reader.origin().isPresent()).findFirst();
    }

    /** The origin does not give the blob to this caller. */
    void refused(DownloadReader caller, OriginException reason) {
        caller.originRefused();
        refusal = Optional.of(reason);
    }
}
