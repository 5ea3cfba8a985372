package io.reactivemqtt.engine.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import io.reactivemqtt.engine.loop.Loop;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.netty.resources.LoopResources;

/** A Netty event loop. Several clients may live on one. */
public final class NettyLoop implements Loop {

    private final EventLoop eventLoop;
    private final LoopResources source;

    private NettyLoop(EventLoop eventLoop, LoopResources source) {
        this.eventLoop = eventLoop;
        this.source = source;
    }

    /** Returns the next of the event loops of {@code resources}. */
    static NettyLoop next(LoopResources resources) {
        return new NettyLoop(resources.onClient(LoopResources.DEFAULT_NATIVE).next(), resources);
    }

    /** Returns what this loop is one of. */
    LoopResources source() {
        return source;
    }

    /** Tells whether it has connections to Unix domain sockets: native loops do, those of Java alone do not. */
    boolean hasUnixSockets() {
        return source.onChannelClass(SocketChannel.class, eventLoop.parent()) != NioSocketChannel.class;
    }

    /** Returns what has connections work on this loop, with the kind of channel that it takes. */
    LoopResources resources() {
        return new OneLoop(eventLoop, source);
    }

    /**
     * One of several event loops. Up to Netty 4.1 reactor-netty knows the kind of a group, epoll or NIO, but not that of a single
     * loop, and would make channels that do not fit; so the group is asked.
     */
    private record OneLoop(EventLoop eventLoop, LoopResources source) implements LoopResources {
        @Override
        public EventLoopGroup onServer(boolean useNative) {
            return eventLoop;
        }

        @Override
        public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
            return source.onChannel(type, eventLoop.parent());
        }

        @Override
        public <C extends Channel> Class<? extends C> onChannelClass(Class<C> type, EventLoopGroup group) {
            return source.onChannelClass(type, eventLoop.parent());
        }
    }

    @Override
    public boolean isCurrent() {
        return eventLoop.inEventLoop();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long epochMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public void execute(Runnable task) {
        eventLoop.execute(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delayNanos) {
        Future<?> scheduled = eventLoop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }
}
