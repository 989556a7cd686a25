package dev.darter.e2e;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;

/** Asks a containerd for images as Kubernetes does, by the container runtime interface. */
final class Kubelet {
    private static final int LONGEST_NAME = 127;
    private static final long PULL_SECONDS = 120;

    private Kubelet() {}

    static void pull(Containerd containerd, String reference) {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        ManagedChannel channel = NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(containerd.socket()))
                .overrideAuthority("localhost")
                .usePlaintext()
                .channelType(NioDomainSocketChannel.class)
                .eventLoopGroup(loop)
                .build();
        try {
            MethodDescriptor<byte[], byte[]> pull = MethodDescriptor.<byte[], byte[]>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("runtime.v1.ImageService/PullImage")
                    .setRequestMarshaller(new Raw())
                    .setResponseMarshaller(new Raw())
                    .build();
            CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(PULL_SECONDS, TimeUnit.SECONDS);
            // A request of one field, an image of one field, its name.
            ClientCalls.blockingUnaryCall(channel, pull, options, field(field(reference.getBytes(StandardCharsets.US_ASCII))));
        } finally {
            channel.shutdownNow();
            var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    /** Field 1 of a message, with a value whose length takes one byte. */
    private static byte[] field(byte[] value) {
        if (value.length > LONGEST_NAME) {
            throw new IllegalArgumentException("too long a name");
        }
        byte[] field = new byte[value.length + 2];
        field[0] = 0x0a;
        field[1] = (byte) value.length;
        System.arraycopy(value, 0, field, 2, value.length);
        return field;
    }

    private static final class Raw implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
