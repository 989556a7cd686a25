package dev.darter.service;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/** The threads on which sockets are served: epoll where the system has it, one thread a processor. Nothing on them may block. */
public final class EventLoops {
    private static final boolean EPOLL = Epoll.isAvailable();

    private EventLoops() {}

    /** The group that all listeners and clients of this process share; its threads are daemons, it is never shut down. */
    public static IoEventLoopGroup shared() {
        return Shared.GROUP;
    }

    /** The class of listening sockets that fits {@link #shared()}. */
    public static Class<? extends ServerSocketChannel> serverChannel() {
        return EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** The class of connecting sockets that fits {@link #shared()}. */
    public static Class<? extends SocketChannel> clientChannel() {
        return EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /** Has accepted sockets take no more than so many bytes before the link does; nothing where that is 0, or the system can't. */
    static void limitUnsent(ServerBootstrap bootstrap, int maxBytes) {
        if (EPOLL && maxBytes > 0) {
            bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) maxBytes);
        }
    }

    /** A class of its own, so that programs without sockets start no threads. */
    private static final class Shared {
        static final IoEventLoopGroup GROUP = create();

        private static IoEventLoopGroup create() {
            IoHandlerFactory factory = EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
            int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
            return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("darter-io", true), factory);
        }
    }
}
