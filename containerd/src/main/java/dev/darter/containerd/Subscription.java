package dev.darter.containerd;

import java.io.IOException;

import com.google.protobuf.CodedInputStream;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

import dev.darter.containerd.Connection.Scope;

/** Changes that are being listened to. Thread-safe. */
public final class Subscription implements AutoCloseable {

    private record Change(String namespace, String topic) {
        static Change read(CodedInputStream in) throws IOException {
            String[] texts = {"", ""};
            Fields.read(in, (field, value) -> {
                if (field == 2 || field == 3) {
                    texts[field - 2] = value.text();
                }
            });
            return new Change(texts[0], texts[1]);
        }
    }

    private static final MethodDescriptor<Fields, Change> SUBSCRIBE = Rpc.stream("events.v1.Events/Subscribe", Change::read);

    private final ClientCall<Fields, Change> call;

    private Subscription(ClientCall<Fields, Change> call) {
        this.call = call;
    }

    static Subscription start(Connection connection, ChangeListener listener) {
        ClientCall<Fields, Change> call = connection.channel(Scope.NONE).newCall(SUBSCRIBE, CallOptions.DEFAULT);
        call.start(new ClientCall.Listener<>() {
            @Override
            public void onMessage(Change change) {
                listener.changed(change.namespace(), change.topic());
                call.request(1);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                listener.lost(Connection.failed(SUBSCRIBE, status.asRuntimeException()));
            }
        }, new Metadata());
        call.sendMessage(new Fields().text(1, "topic~=\"^/(images|content|namespaces)/\""));
        call.halfClose();
        call.request(1);
        return new Subscription(call);
    }

    /** The listener is told that the connection is lost. */
    @Override
    public void close() {
        call.cancel("Not listening any more", null);
    }
}
