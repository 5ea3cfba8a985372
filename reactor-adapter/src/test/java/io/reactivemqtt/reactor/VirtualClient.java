package io.reactivemqtt.reactor;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.engine.loop.Loop;
import io.reactivemqtt.engine.transport.Attempt;
import io.reactivemqtt.engine.transport.Connector;
import io.reactivemqtt.engine.transport.Transport;
import io.reactivemqtt.engine.transport.TransportListener;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.packet.Unsubscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * A whole client on one thread, in virtual time and without a socket: the test is the Server, and moves the clock.
 *
 * <p>What the client sends stands in {@link #sent()}; what the test sends arrives at once, as one read.
 */
final class VirtualClient implements Loop, Connector {

    private final VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();
    private final List<Packet> sent = new ArrayList<>();
    private final List<ClientEvent> events = new ArrayList<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private double random = 1;
    private long wallClockAtStart = 1_800_000_000_000L;
    private volatile boolean current = true;
    private int attempts;
    private int flushes;
    private boolean readingPaused;
    private @Nullable FakeTransport transport;
    private @Nullable TransportListener listener;
    private @Nullable Consumer<VirtualClient> onAttempt;
    final ReactorMqttClient client;

    private VirtualClient(Consumer<ClientOptions.Builder> options) {
        ClientOptions.Builder builder = ClientOptions.builder().clientIdentifier("c");
        options.accept(builder);
        client = new EngineClient(builder.build(), this, () -> random);
        client.events().subscribe(events::add);
    }

    static VirtualClient create() {
        return create(options -> {});
    }

    static VirtualClient create(Consumer<ClientOptions.Builder> options) {
        return new VirtualClient(options);
    }

    /** Connects and accepts, and forgets what was sent for it. */
    static VirtualClient connected(Consumer<ClientOptions.Builder> options) {
        VirtualClient virtual = create(options);
        virtual.client.connect().subscribe();
        virtual.accept(false);
        return virtual;
    }

    // ---- the test as the Server

    void opens() {
        TransportListener told = Objects.requireNonNull(listener, "nobody connects");
        transport = new FakeTransport();
        readingPaused = false;
        told.opened(transport);
        run();
    }

    void refusesTcp(Exception cause) {
        TransportListener told = Objects.requireNonNull(listener, "nobody connects");
        listener = null;
        told.closed(cause);
        run();
    }

    void accept(boolean sessionPresent) {
        accept(ConnAck.accepted(sessionPresent));
    }

    void accept(ConnAck connAck) {
        opens();
        sends(connAck);
        sent.clear();
    }

    void sends(Packet... packets) {
        TransportListener told = Objects.requireNonNull(listener, "no connection");
        for (Packet packet : packets) {
            told.packet(packet);
        }
        told.readComplete();
        run();
    }

    /** Ends the connection by an error of the program. */
    void breaks(Error error) {
        TransportListener told = Objects.requireNonNull(listener, "no connection");
        listener = null;
        transport = null;
        told.closed(error);
    }

    void sendsGarbage(ProtocolViolationException violation) {
        TransportListener told = Objects.requireNonNull(listener, "no connection");
        told.malformed(violation);
        told.readComplete();
        run();
    }

    void cuts() {
        TransportListener told = Objects.requireNonNull(listener, "no connection");
        listener = null;
        transport = null;
        told.closed(null);
        run();
    }

    /** Grants every SUBSCRIBE and UNSUBSCRIBE of what was sent since this was last asked. */
    void grants() {
        grants(sent());
    }

    void grants(List<Packet> asked) {
        for (Packet packet : asked) {
            if (packet instanceof Subscribe subscribe) {
                int count = subscribe.subscriptions().size();
                sends(new SubAck(subscribe.packetIdentifier(), Collections.nCopies(count, ReasonCode.GRANTED_QOS_2)));
            } else if (packet instanceof Unsubscribe unsubscribe) {
                sends(new UnsubAck(unsubscribe.packetIdentifier(), List.of(ReasonCode.SUCCESS)));
            }
        }
    }

    /** What was acknowledged, of what was sent since this was last asked. */
    List<Integer> acknowledged() {
        List<Integer> identifiers = new ArrayList<>();
        for (Packet packet : sent()) {
            if (packet instanceof PubAck pubAck) {
                identifiers.add(pubAck.packetIdentifier());
            } else if (packet instanceof PubRec pubRec) {
                identifiers.add(pubRec.packetIdentifier());
            }
        }
        return identifiers;
    }

    void writable(boolean writable) {
        Objects.requireNonNull(listener).writabilityChanged(writable);
        run();
    }

    /** What the client sent since this was last asked. */
    List<Packet> sent() {
        List<Packet> all = List.copyOf(sent);
        sent.clear();
        return all;
    }

    Connect sentConnect() {
        return (Connect) sent().get(0);
    }

    List<ClientEvent> events() {
        List<ClientEvent> all = List.copyOf(events);
        events.clear();
        return all;
    }

    boolean hasConnection() {
        return listener != null;
    }

    boolean isReadingPaused() {
        return readingPaused;
    }

    int attempts() {
        return attempts;
    }

    int flushes() {
        return flushes;
    }

    // ---- time, threads and chance

    void passes(Duration time) {
        scheduler.advanceTimeBy(time);
        run();
    }

    /** Sets the wall clock. */
    void wallClockJumps(Duration by) {
        wallClockAtStart += by.toMillis();
    }

    void random(double next) {
        random = next;
    }

    void onAttempt(Consumer<VirtualClient> action) {
        onAttempt = action;
    }

    /** Runs {@code task} as another thread would: what it asks of the client waits until it is over. */
    void fromAnotherThread(Runnable task) {
        current = false;
        task.run();
        current = true;
        run();
    }

    /** Restores a session, and waits for the other thread on which the text is read. */
    void restores(String json, Consumer<Throwable> onError) {
        CountDownLatch ended = new CountDownLatch(1);
        current = false; // the loop works when this thread lets it
        client.restoreSession(json).doFinally(signal -> ended.countDown()).subscribe(done -> {}, onError);
        try {
            while (!ended.await(1, TimeUnit.MILLISECONDS)) {
                current = true;
                run();
                current = false;
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            current = true;
        }
    }

    /** The clock, for operators that wait. */
    Scheduler scheduler() {
        return scheduler;
    }

    private void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    // ---- the loop

    @Override
    public boolean isCurrent() {
        return current;
    }

    @Override
    public long nanoTime() {
        return scheduler.now(TimeUnit.NANOSECONDS);
    }

    @Override
    public long epochMillis() {
        return wallClockAtStart + scheduler.now(TimeUnit.MILLISECONDS);
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delayNanos) {
        return scheduler.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    }

    // ---- the connector

    @Override
    public Loop loop() {
        return this;
    }

    @Override
    public Disposable connect(Attempt attempt, TransportListener newListener) {
        attempts++;
        listener = newListener;
        if (onAttempt != null) {
            tasks.add(() -> Objects.requireNonNull(onAttempt).accept(this));
        }
        return () -> {
            if (listener == newListener && transport == null) {
                listener = null;
            }
        };
    }

    private final class FakeTransport implements Transport {
        @Override
        public void write(Packet packet) {
            sent.add(packet);
        }

        @Override
        public void flush() {
            flushes++;
        }

        @Override
        public void close() {
            if (transport == this) {
                transport = null;
                listener = null;
            }
        }

        @Override
        public void readingPaused(boolean paused) {
            readingPaused = paused;
        }

        @Override
        public boolean isTakingBytes() {
            return false;
        }

        @Override
        public void connected(ConnAck connAck) {}
    }
}
