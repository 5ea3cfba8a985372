package io.reactivemqtt.engine.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
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

    EventLoop eventLoop() {
        return eventLoop;
    }

    /** Tells whether it has connections to Unix domain sockets: native loops do, those of Java alone do not. */
    boolean hasUnixSockets() {
        return channelClass(SocketChannel.class) != NioSocketChannel.class;
    }

    /**
     * Returns the kind of {@code type} that works on this loop. Up to Netty 4.1 reactor-netty knows the kind of a group, epoll or NIO, but not
     * that of a single loop; so the group is asked.
     */
    <C extends Channel> Class<? extends C> channelClass(Class<C> type) {
        return source.onChannelClass(type, eventLoop.parent());
    }

    /** Returns a new channel that works on this loop. */
    <C extends Channel> C newChannel(Class<C> type) {
        return source.onChannel(type, eventLoop.parent());
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
