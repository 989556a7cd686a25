package dev.darter.containerd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;
import org.jspecify.annotations.Nullable;

import dev.darter.containerd.Connection.Scope;
import dev.darter.protocol.Digest;

/**
 * Content on its way into containerd's store. It is known by a reference; a writer that comes again with the same one goes on where the last one
 * stopped. Each request is answered before the next one goes out, so that containerd's disk sets the pace. For one thread.
 */
final class Ingest implements AutoCloseable {

    /** Below grpc's limit for a message, which is 4 MiB on both sides. */
    private static final int PIECE = 1 << 20;
    /** containerd syncs the file at the commit, which takes a slow disk a while. */
    private static final long COMMIT_SECONDS = 300;

    private enum Action {
        STAT(0), WRITE(1), COMMIT(2);

        private final int number;

        Action(int number) {
            this.number = number;
        }
    }

    private record Written(long offset) {
        static Written read(CodedInputStream in) throws IOException {
            long[] offset = {0};
            Fields.read(in, (field, value) -> {
                if (field == 4) {
                    offset[0] = value.number();
                }
            });
            return new Written(offset[0]);
        }
    }

    private static final MethodDescriptor<Fields, Written> WRITE = Rpc.dialogue("content.v1.Content/Write", Written::read);

    private final BlockingClientCall<Fields, Written> call;
    private final Digest digest;
    private final long size;
    private long offset;

    private Ingest(BlockingClientCall<Fields, Written> call, Digest digest, long size) {
        this.call = call;
        this.digest = digest;
        this.size = size;
    }

    static Ingest begin(Connection connection, Lease lease, Digest digest, long size) throws ContainerdException {
        Scope scope = Scope.of(lease.namespace()).under(lease.id());
        Ingest ingest = new Ingest(ClientCalls.blockingBidiStreamingCall(connection.channel(scope), WRITE, CallOptions.DEFAULT), digest,
                size);
        try {
            ingest.offset = ingest.ask(ingest.request(Action.STAT)).offset();
            return ingest;
        } catch (ContainerdException e) {
            ingest.close();
            throw e;
        }
    }

    private Fields request(Action action) {
        return new Fields().number(1, action.number).text(2, "darter-" + digest).number(3, size).text(4, digest.toString());
    }

    void write(Containerd.Source source) throws IOException {
        while (offset < size) {
            ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE, size - offset));
            source.read(piece, offset);
            if (piece.flip().remaining() == 0) {
                throw new IOException("The source of " + digest + " ends at " + offset + " of " + size + " bytes");
            }
            ByteString data = UnsafeByteOperations.unsafeWrap(piece);
            offset = ask(request(Action.WRITE).number(5, offset).bytes(6, data)).offset();
        }
    }

    void commit(Map<String, String> labels) throws ContainerdException {
        ask(request(Action.COMMIT).number(5, offset).map(7, labels));
        call.halfClose();
    }

    private Written ask(Fields request) throws ContainerdException {
        try {
            if (call.write(request, COMMIT_SECONDS, TimeUnit.SECONDS)) {
                @Nullable
                Written answer = call.read(COMMIT_SECONDS, TimeUnit.SECONDS);
                if (answer != null) {
                    return answer;
                }
            }
            // It ended the call; the next read tells why.
            call.read(COMMIT_SECONDS, TimeUnit.SECONDS);
            throw new ContainerdException(ContainerdException.Code.OTHER, "containerd ended the writing of " + digest + " early", null);
        } catch (StatusException | TimeoutException e) {
            throw Connection.failed(WRITE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Connection.failed(WRITE, e);
        }
    }

    /** Ends the call; what is not committed stays until it is gone on with, or collected. */
    @Override
    public void close() {
        call.cancel("Done", null);
    }
}
