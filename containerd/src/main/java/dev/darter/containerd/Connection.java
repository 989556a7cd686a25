package dev.darter.containerd;

import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;

/** The connection with one containerd: made when it is first needed, and again when it was lost. Thread-safe. */
final class Connection implements AutoCloseable {

    private static final Metadata.Key<String> NAMESPACE = Metadata.Key.of("containerd-namespace", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> LEASE = Metadata.Key.of("containerd-lease", Metadata.ASCII_STRING_MARSHALLER);

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final ManagedChannel channel;
    private final Duration patience;

    Connection(Path socket, Duration patience) {
        this.patience = patience;
        this.channel = NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .overrideAuthority("localhost")
                .usePlaintext()
                .channelType(NioDomainSocketChannel.class)
                .eventLoopGroup(loops)
                .executor(executor)
                .build();
    }

    /** Whom a call is about. */
    record Scope(Optional<String> namespace, Optional<String> lease) {
        static final Scope NONE = new Scope(Optional.empty(), Optional.empty());

        static Scope of(String namespace) {
            return new Scope(Optional.of(namespace), Optional.empty());
        }

        Scope under(String leaseId) {
            return new Scope(namespace, Optional.of(leaseId));
        }
    }

    Channel channel(Scope scope) {
        // Who asks knows best when to ask again; by itself grpc would wait for up to two minutes after a restart of containerd.
        channel.resetConnectBackoff();
        Metadata headers = new Metadata();
        scope.namespace().ifPresent(name -> headers.put(NAMESPACE, name));
        scope.lease().ifPresent(id -> headers.put(LEASE, id));
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    <T> T call(Scope scope, MethodDescriptor<Fields, T> method, Fields request) throws ContainerdException {
        try {
            return ClientCalls.blockingUnaryCall(channel(scope), method, patiently(), request);
        } catch (StatusRuntimeException e) {
            throw failed(method, e);
        }
    }

    /** Takes one answer of several. */
    interface Sink<T> {
        void accept(T answer) throws ContainerdException;
    }

    <T> void stream(Scope scope, MethodDescriptor<Fields, T> method, Fields request, CallOptions options, Sink<T> sink)
            throws ContainerdException {
        try {
            Iterator<T> answers = ClientCalls.blockingServerStreamingCall(channel(scope), method, options, request);
            while (answers.hasNext()) {
                sink.accept(answers.next());
            }
        } catch (StatusRuntimeException e) {
            throw failed(method, e);
        }
    }

    CallOptions patiently() {
        return CallOptions.DEFAULT.withDeadlineAfter(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    static ContainerdException failed(MethodDescriptor<?, ?> method, Throwable cause) {
        return ContainerdException.of("containerd fails at " + method.getBareMethodName(), cause);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        executor.shutdownNow();
    }
}
