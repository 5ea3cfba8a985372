package io.reactivemqtt.engine.transport.netty;

import io.reactivemqtt.engine.loop.Loop;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.netty.Connection;

/** Waits for a connection; once there is one it holds nothing, though reactor-netty holds it as long as the connection lives. */
final class Opened extends BaseSubscriber<Connection> {

    private @Nullable Consumer<? super Connection> connected;
    private @Nullable Consumer<? super Throwable> failed;
    private @Nullable Disposable impatience;

    /** A connection that is not of use yet. */
    private volatile @Nullable Disposable unfinished;

    Opened(Consumer<? super Throwable> failed) {
        this.failed = failed;
    }

    /** Hands the connection to {@code next}. */
    void then(Consumer<? super Connection> next) {
        this.connected = next;
    }

    /** Fails with what {@code failure} makes of {@code limit}, unless {@link #stopWaiting} comes before. */
    void startWaiting(Loop loop, Duration limit, Function<Duration, ? extends Throwable> failure) {
        stopWaiting();
        impatience = loop.schedule(
                () -> {
                    dispose();
                    fail(failure.apply(limit));
                },
                limit.toNanos());
    }

    void stopWaiting() {
        Disposable waiting = impatience;
        impatience = null;
        if (waiting != null) {
            waiting.dispose();
        }
    }

    /** {@code connection} is closed if it is given up before {@link #finished}. */
    void unfinished(Disposable connection) {
        unfinished = connection;
    }

    void finished() {
        unfinished = null;
    }

    /** Gives the attempt up, however far it got. */
    void giveUp() {
        dispose();
        Disposable connection = unfinished;
        if (connection != null) {
            connection.dispose();
        }
    }

    @Override
    protected void hookOnNext(Connection connection) {
        Consumer<? super Connection> told = connected;
        forget();
        if (told != null) {
            told.accept(connection);
        }
    }

    @Override
    protected void hookOnError(Throwable failure) {
        fail(failure);
    }

    void fail(Throwable failure) {
        Consumer<? super Throwable> told = failed;
        forget();
        if (told != null) {
            told.accept(failure);
        }
    }

    @Override
    protected void hookOnCancel() {
        stopWaiting();
    }

    private void forget() {
        stopWaiting();
        connected = null;
        failed = null;
    }
}
