package dev.darter.containerd;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

import com.google.protobuf.CodedInputStream;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;

/** Methods of containerd's services, as grpc wants them described. */
final class Rpc {

    private static final String SERVICES = "containerd.services.";

    private Rpc() {}

    /** Reads an answer. */
    interface Decoder<T> {
        T decode(CodedInputStream in) throws IOException;
    }

    static <T> MethodDescriptor<Fields, T> unary(String name, Decoder<T> decoder) {
        return method(MethodType.UNARY, name, decoder);
    }

    static <T> MethodDescriptor<Fields, T> stream(String name, Decoder<T> decoder) {
        return method(MethodType.SERVER_STREAMING, name, decoder);
    }

    static <T> MethodDescriptor<Fields, T> dialogue(String name, Decoder<T> decoder) {
        return method(MethodType.BIDI_STREAMING, name, decoder);
    }

    /** For an answer that says nothing but that it was done. */
    static final Decoder<Boolean> DONE = in -> {
        Fields.read(in, (_, _) -> {});
        return true;
    };

    private static <T> MethodDescriptor<Fields, T> method(MethodType type, String name, Decoder<T> decoder) {
        return MethodDescriptor.<Fields, T>newBuilder()
                .setType(type)
                .setFullMethodName(SERVICES + name)
                .setRequestMarshaller(new Sent())
                .setResponseMarshaller(new Received<>(decoder))
                .build();
    }

    private static final class Sent implements MethodDescriptor.Marshaller<Fields> {
        @Override
        public InputStream stream(Fields value) {
            return new ByteArrayInputStream(value.encode());
        }

        @Override
        public Fields parse(InputStream stream) {
            throw new UnsupportedOperationException("Only servers read requests");
        }
    }

    private record Received<T>(Decoder<T> decoder) implements MethodDescriptor.Marshaller<T> {
        @Override
        public InputStream stream(T value) {
            throw new UnsupportedOperationException("Only servers write answers");
        }

        @Override
        public T parse(InputStream stream) {
            try {
                return decoder.decode(CodedInputStream.newInstance(stream));
            } catch (IOException e) {
                throw Status.INTERNAL.withDescription("containerd's answer can't be read: " + e.getMessage())
                        .withCause(e)
                        .asRuntimeException();
            }
        }
    }
}
