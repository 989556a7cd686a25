package dev.darter.scheduler;

import java.util.AbstractList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;

/** Which connected host holds which blob complete. Soft state: rebuilt from inventories after a restart. */
final class Holdings {

    private final Numbering<HostId> hosts = new Numbering<>();
    private final Numbering<BlobKey> blobs = new Numbering<>();
    private final Map<Integer, IntSet> holders = new HashMap<>();
    private final Map<Integer, IntSet> held = new HashMap<>();

    void add(HostId host, BlobKey blob) {
        int hostNumber = hosts.numberOf(host);
        int blobNumber = blobs.numberOf(blob);
        holders.computeIfAbsent(blobNumber, _ -> new IntSet()).add(hostNumber);
        held.computeIfAbsent(hostNumber, _ -> new IntSet()).add(blobNumber);
    }

    void remove(HostId host, BlobKey blob) {
        int hostNumber = hosts.find(host);
        int blobNumber = blobs.find(blob);
        if (hostNumber >= 0 && blobNumber >= 0) {
            IntSet of = held.get(hostNumber);
            if (of != null && of.remove(blobNumber)) {
                removeHolder(hostNumber, blobNumber);
            }
        }
    }

    /** Forgets all that a host holds. */
    void removeHost(HostId host) {
        int hostNumber = hosts.find(host);
        if (hostNumber < 0) {
            return;
        }
        IntSet of = held.remove(hostNumber);
        if (of != null) {
            for (int blobNumber : of.toArray()) {
                removeHolder(hostNumber, blobNumber);
            }
        }
        hosts.free(host);
    }

    private void removeHolder(int hostNumber, int blobNumber) {
        IntSet of = holders.get(blobNumber);
        if (of != null && of.remove(hostNumber) && of.size() == 0) {
            holders.remove(blobNumber);
            blobs.free(blobs.get(blobNumber));
        }
    }

    boolean holds(HostId host, BlobKey blob) {
        IntSet of = holders.get(blobs.find(blob));
        int hostNumber = hosts.find(host);
        return of != null && hostNumber >= 0 && of.contains(hostNumber);
    }

    /** All blobs that a host holds; not to be kept beyond the next change. */
    List<BlobKey> blobs(HostId host) {
        IntSet of = held.get(hosts.find(host));
        return of == null ? List.of() : new Named<>(of, blobs);
    }

    /** All complete holders of a blob; not to be kept beyond the next change. */
    List<HostId> holders(BlobKey blob) {
        IntSet of = holders.get(blobs.find(blob));
        return of == null ? List.of() : new Named<>(of, hosts);
    }

    /** A view: a blob that is everywhere has as many holders as there are hosts, and most that ask want to know of a few. */
    private static final class Named<T> extends AbstractList<T> implements RandomAccess {

        private final IntSet numbers;
        private final Numbering<T> names;

        Named(IntSet numbers, Numbering<T> names) {
            this.numbers = numbers;
            this.names = names;
        }

        @Override
        public T get(int index) {
            return names.get(numbers.get(index));
        }

        @Override
        public int size() {
            return numbers.size();
        }
    }
}
