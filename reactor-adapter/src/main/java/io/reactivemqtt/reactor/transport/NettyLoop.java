package io.reactivemqtt.reactor.transport;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.netty.tcp.TcpResources;

/** A Netty event loop. Several clients may live on one. */
public final class NettyLoop implements Loop {

    private final EventLoop eventLoop;

    private NettyLoop(EventLoop eventLoop) {
        this.eventLoop = eventLoop;
    }

    /** Returns the next of the event loops that reactor-netty's clients share. */
    public static NettyLoop next() {
        return new NettyLoop(TcpResources.get().onClient(true).next());
    }

    EventLoop eventLoop() {
        return eventLoop;
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
