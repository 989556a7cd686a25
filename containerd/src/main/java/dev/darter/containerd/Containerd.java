package dev.darter.containerd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;

import dev.darter.containerd.Connection.Scope;
import dev.darter.protocol.Digest;

/**
 * One containerd, by its socket. What it holds is divided into namespaces ({@code k8s.io} of Kubernetes, {@code moby} of Docker): content is stored
 * once, but each namespace sees only what was brought into it. Nothing is asked before the first call, and a connection that is lost is made anew
 * by the next one. Thread-safe; methods block, and throw {@link ContainerdException}.
 */
public final class Containerd implements AutoCloseable {

    private static final MethodDescriptor<Fields, String> VERSION = Rpc.unary("version.v1.Version/Version", Containerd::firstText);
    private static final MethodDescriptor<Fields, Optional<Path>> PLUGINS = Rpc.unary("introspection.v1.Introspection/Plugins",
            ContentPlugin::folder);
    private static final MethodDescriptor<Fields, List<String>> NAMESPACES = Rpc.unary("namespaces.v1.Namespaces/List", Containerd::names);
    private static final MethodDescriptor<Fields, List<ContentInfo>> LIST = Rpc.stream("content.v1.Content/List", Containerd::infos);
    private static final MethodDescriptor<Fields, List<ContentInfo>> INFO = Rpc.unary("content.v1.Content/Info", Containerd::infos);
    private static final MethodDescriptor<Fields, ByteString> READ = Rpc.stream("content.v1.Content/Read", Containerd::data);
    private static final MethodDescriptor<Fields, String> CREATE_LEASE = Rpc.unary("leases.v1.Leases/Create", Containerd::firstText);
    private static final MethodDescriptor<Fields, Boolean> DELETE_LEASE = Rpc.unary("leases.v1.Leases/Delete", Rpc.DONE);

    /** containerd answers in milliseconds; one that is silent for so long hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Connection connection;

    private Containerd(Connection connection) {
        this.connection = connection;
    }

    /** The containerd that listens on this socket, now or later. */
    public static Containerd at(Path socket) {
        return at(socket, PATIENCE);
    }

    /** @param patience for how long an answer may take */
    static Containerd at(Path socket, Duration patience) {
        return new Containerd(new Connection(socket, patience));
    }

    /** Its version, as it writes it. */
    public String version() throws ContainerdException {
        return connection.call(Scope.NONE, VERSION, new Fields());
    }

    /** The folder of its content store, as this containerd sees it; empty when its content lies elsewhere than in a folder. */
    public Optional<Path> contentFolder() throws ContainerdException {
        return connection.call(Scope.NONE, PLUGINS, new Fields().text(1, "type==" + ContentPlugin.TYPE));
    }

    /** The names of all its namespaces. */
    public List<String> namespaces() throws ContainerdException {
        return connection.call(Scope.NONE, NAMESPACES, new Fields());
    }

    /** All content that a namespace sees. */
    public List<ContentInfo> list(String namespace) throws ContainerdException {
        List<ContentInfo> all = new ArrayList<>();
        connection.stream(Scope.of(namespace), LIST, new Fields(), connection.patiently(), all::addAll);
        return all;
    }

    /** What a namespace says of one piece of content; empty when it doesn't see it. */
    public Optional<ContentInfo> info(String namespace, Digest digest) throws ContainerdException {
        try {
            return connection.call(Scope.of(namespace), INFO, new Fields().text(1, digest.toString())).stream().findFirst();
        } catch (ContainerdException e) {
            if (e.code() == ContainerdException.Code.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Gives bytes of content to the sink, piece by piece, in order. It has no deadline: the sink may take its time. */
    public void read(String namespace, Digest digest, long offset, long length, Consumer<ByteBuffer> sink) throws ContainerdException {
        Fields request = new Fields().text(1, digest.toString()).number(2, offset).number(3, length);
        connection.stream(Scope.of(namespace), READ, request, CallOptions.DEFAULT, piece -> sink.accept(piece.asReadOnlyByteBuffer()));
    }

    /**
     * Makes a lease: what is written under it stays until the lease ends, though no image refers to it yet. One that is there already is used
     * again.
     *
     * @param expires when containerd ends it by itself
     */
    public Lease lease(String namespace, String id, Instant expires) throws ContainerdException {
        Map<String, String> labels = Map.of("containerd.io/gc.expire", expires.truncatedTo(ChronoUnit.SECONDS).toString());
        try {
            connection.call(Scope.of(namespace), CREATE_LEASE, new Fields().text(1, id).map(3, labels));
        } catch (ContainerdException e) {
            if (e.code() != ContainerdException.Code.ALREADY_EXISTS) {
                throw e;
            }
        }
        return new Lease(namespace, id);
    }

    /** Ends a lease; what nothing else refers to is collected some time later. Nothing happens if there is none. */
    public void end(Lease lease) throws ContainerdException {
        try {
            connection.call(Scope.of(lease.namespace()), DELETE_LEASE, new Fields().text(1, lease.id()));
        } catch (ContainerdException e) {
            if (e.code() != ContainerdException.Code.NOT_FOUND) {
                throw e;
            }
        }
    }

    /** Where the bytes of content come from. */
    public interface Source extends AutoCloseable {
        /** Fills the buffer with the bytes from this offset on. */
        void read(ByteBuffer into, long offset) throws IOException;

        @Override
        default void close() {}
    }

    /**
     * Writes content into containerd's store and waits until it has checked and committed it. An earlier attempt that was broken off is gone on
     * with. Content that is there already is left as it is.
     *
     * @param labels that it gets, see {@link ContentInfo#sourceLabel}
     * @throws IOException also when the source fails
     */
    public void ingest(Lease lease, Digest digest, long size, Map<String, String> labels, Source source) throws IOException {
        try (Ingest ingest = Ingest.begin(connection, lease, digest, size)) {
            ingest.write(source);
            ingest.commit(new HashMap<>(labels));
        } catch (ContainerdException e) {
            if (e.code() != ContainerdException.Code.ALREADY_EXISTS) {
                throw e;
            }
        }
    }

    /** Tells the listener of each change of images, content and namespaces from now on, until it is closed or the connection is lost. */
    public Subscription subscribe(ChangeListener listener) {
        return Subscription.start(connection, listener);
    }

    @Override
    public void close() {
        connection.close();
    }

    private static String firstText(CodedInputStream in) throws IOException {
        String[] text = {""};
        Fields.read(in, (field, value) -> {
            if (field == 1) {
                text[0] = value.bytes().toStringUtf8();
            }
        });
        return text[0];
    }

    private static List<String> names(CodedInputStream in) throws IOException {
        List<String> names = new ArrayList<>();
        Fields.read(in, (field, value) -> {
            if (field == 1) {
                names.add(firstText(value.bytes().newCodedInput()));
            }
        });
        return names;
    }

    private static List<ContentInfo> infos(CodedInputStream in) throws IOException {
        List<ContentInfo> infos = new ArrayList<>();
        Fields.read(in, (field, value) -> {
            if (field == 1) {
                ContentInfo.read(value.bytes().newCodedInput()).ifPresent(infos::add);
            }
        });
        return infos;
    }

    private static ByteString data(CodedInputStream in) throws IOException {
        ByteString[] data = {ByteString.EMPTY};
        Fields.read(in, (field, value) -> {
            if (field == 2) {
                data[0] = value.bytes();
            }
        });
        return data[0];
    }
}
