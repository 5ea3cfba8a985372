package io.reactivemqtt.reliability;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.QueueFullException;
import io.reactivemqtt.SessionEvent;
import io.reactivemqtt.SessionInspection;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.reactor.ReceivedMessage;
import io.reactivemqtt.reactor.ReconnectPolicy;
import io.reactivemqtt.reactor.SubscriptionOptions;
import io.reactivemqtt.store.SessionStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * The process that is killed. It says on its standard output how far it is, and ends when it is told to on its standard input,
 * or when that ends because its parent is gone.
 */
final class Child {

    /** It works, and has not touched its store yet. */
    static final String STARTED = "started";

    /** A sender's last word. */
    static final String CONNECTED = "connected";

    /** A receiver's last word. */
    static final String SUBSCRIBED = "subscribed";

    /** Said before what should not happen. */
    static final String COMPLAINT = "complaint ";

    /** What its parent says to make it finish what it has begun, and end. */
    static final String END = "end";

    /** How many received messages are worked on at once. */
    static final int CONCURRENCY = 8;

    /** No two processes send the same number: a message that a kill leaves in doubt is not sent by another. */
    static final long IDS_OF_ONE_RUN = 1_000_000;

    private static final Duration BEAT = Duration.ofMillis(5);
    private static final int MOST_IN_A_BEAT = 8;
    private static final int ENQUEUED_AT_ONCE = 64;

    /** Kills come faster than some windows are emptied: the queue is full now and then, and then the sender waits. */
    private static final int MOST_QUEUED = 2_000;

    private static final Duration CARELESS_DELAY = Duration.ofMillis(50);
    private static final Duration LONGEST_DELAY = Duration.ofMillis(200);
    private static final int FAILURE = 1;

    private final ChildOrder order;
    private final ChildSetup setup;
    private final Journal journal;
    private final SessionStore store;
    private final ReactorMqttClient client;
    private final BlockingQueue<Journal.Entry> accepted = new LinkedBlockingQueue<>();

    private Child(ChildOrder order) throws IOException, ReflectiveOperationException {
        this.order = order;
        this.setup = order.newSetup();
        this.journal = Journal.open(order.journal());
        this.store = setup.store(order.directory());
        this.client = ReactorMqttClient.create(options -> options.server(order.server())
                .protocolVersion(order.cell().version())
                .clientIdentifier(order.cell().name())
                .cleanSession(false)
                .cleanStart(setup.cleanStart())
                .maximumQueuedMessages(MOST_QUEUED)
                .receiveMaximum(65_535) // mosquitto 2.0.11 sends on, whatever it is told, once it has a queue
                .reconnect(ReconnectPolicy.DEFAULT.withDelays(BEAT, LONGEST_DELAY))
                .sessionStore(store));
    }

    public static void main(String[] arguments) {
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        Thread ear = new Thread(() -> listen(end), "parent");
        ear.setDaemon(true);
        ear.start();
        try {
            Child child = new Child(ChildOrder.of(arguments));
            say(STARTED);
            child.begin();
            end.join();
            child.finish();
            System.exit(0);
        } catch (IOException | ReflectiveOperationException | RuntimeException e) {
            fail(e);
        }
    }

    private static void listen(CompletableFuture<Boolean> end) {
        try (BufferedReader parent = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            for (String line = parent.readLine(); line != null; line = parent.readLine()) {
                if (line.equals(END)) {
                    end.complete(true);
                }
            }
        } catch (IOException e) {
            fail(e);
        }
        if (!end.isDone()) {
            Runtime.getRuntime().halt(FAILURE); // the parent is gone
        }
    }

    private void begin() {
        client.events().subscribe(Child::tell, Child::fail);
        if (order.cell().direction() == Cell.Direction.SENDER) {
            if (!order.last()) {
                send();
            }
            client.connect().block();
            say(CONNECTED);
        } else if (order.run() % 2 == 0) { // both orders are good: what arrives before the subscriber is held
            receive();
            client.connect().block();
        } else {
            client.connect().block();
            receive();
        }
    }

    /** Enqueues numbered messages for ever, and writes down each that was accepted. */
    private void send() {
        Random random = new Random(order.run());
        long first = order.run() * IDS_OF_ONE_RUN;
        Flux.interval(BEAT)
                .onBackpressureDrop()
                .concatMap(beat -> Flux.range(0, 1 + random.nextInt(MOST_IN_A_BEAT)))
                .index((index, ignored) -> first + index)
                .flatMap(this::enqueue, ENQUEUED_AT_ONCE)
                .subscribe(id -> accepted.add(new Journal.Entry(order.run(), id)), Child::fail);
        Thread writer = new Thread(this::writeAccepted, "journal");
        writer.setDaemon(true);
        writer.start();
    }

    /** Writes as many at once as there are: each flush of the disk takes its time. */
    private void writeAccepted() {
        try {
            while (true) {
                List<Journal.Entry> entries = new ArrayList<>(List.of(accepted.take()));
                accepted.drainTo(entries);
                journal.add(entries);
            }
        } catch (InterruptedException e) {
            fail(e);
        }
    }

    private Mono<Long> enqueue(long id) {
        return client.enqueue(ApplicationMessage.of(
                        order.cell().topic(), Long.toString(id), order.cell().qos()))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, BEAT).filter(QueueFullException.class::isInstance))
                .thenReturn(id);
    }

    private void receive() {
        client.consume(
                        SubscriptionOptions.of(
                                        order.cell().topic(), order.cell().qos())
                                .withOnGranted(granted -> say(SUBSCRIBED)),
                        CONCURRENCY,
                        this::process)
                .subscribe(nothing -> {}, Child::fail);
    }

    private Mono<Void> process(ReceivedMessage message) {
        long id = Long.parseLong(message.payload().asUtf8());
        Mono<Void> effect = Mono.<Void>fromRunnable(() -> journal.add(List.of(new Journal.Entry(order.run(), id))))
                .subscribeOn(Schedulers.boundedElastic());
        if (setup.acknowledgesBeforeTheEffect()) {
            return Mono.fromRunnable(
                    () -> effect.delaySubscription(CARELESS_DELAY).subscribe(nothing -> {}, Child::fail));
        }
        return effect;
    }

    /** Waits until nothing is on its way, and says goodbye. */
    private void finish() {
        client.inspectSession()
                .filter(Child::isAtRest)
                .repeatWhenEmpty(tries -> tries.delayElements(BEAT))
                .block();
        client.disconnect().block();
        if (store instanceof AutoCloseable closeable) {
            closeQuietly(closeable);
        }
    }

    private static boolean isAtRest(SessionInspection session) {
        return session.connected() && session.inFlight().isEmpty() && session.waiting() == 0;
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) { // declared by the interface
            throw new IllegalStateException(e);
        }
    }

    /** Says what should not happen to a client whose store and whose Server lose nothing. */
    private static void tell(SessionEvent event) {
        System.err.println(event);
        if (event instanceof SessionEvent.SessionLost
                || event instanceof SessionEvent.SessionDiscarded
                || event instanceof SessionEvent.StoredEntryUnreadable
                || event instanceof SessionEvent.StoreFailed
                || (event instanceof SessionEvent.Disconnected disconnected && disconnected.cause() != null)) {
            say(COMPLAINT + event);
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static void fail(Throwable failure) {
        failure.printStackTrace();
        Runtime.getRuntime().halt(FAILURE);
    }
}
