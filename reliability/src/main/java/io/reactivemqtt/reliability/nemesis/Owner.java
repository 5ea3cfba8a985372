package io.reactivemqtt.reliability.nemesis;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.Backoff;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SessionInspection;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.r2dbc.R2dbcSessionStore;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** One ownership of the Session: from a connect over the store to a takeover, or the end of the process. */
final class Owner {

    static final String CLIENT_IDENTIFIER = "nemesis";

    /** No two owners send the same number: a message that a fault leaves in doubt is not sent by another. */
    static final long IDS_OF_ONE_OWNER = 1_000_000;

    private static final Duration BEAT = Duration.ofMillis(25);
    private static final int ENQUEUED_AT_ONCE = 16;
    private static final int MOST_QUEUED = 2_000;
    private static final int HANDLED_AT_ONCE = 8;
    private static final Duration FIRST_DELAY = Duration.ofMillis(5);
    private static final Duration LONGEST_DELAY = Duration.ofMillis(200);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(3);

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Longer than the faults, so that it is not this that ends them; shorter than the harness is patient. */
    private static final Duration STORE_PATIENCE = Duration.ofSeconds(5);

    private final int number;
    private final PodLog log;
    private final Handling handling;
    private final SessionHome home;
    private final ReactorMqttClient client;
    private final HandledRows rows;
    private final Disposable.Composite sending = Disposables.composite();
    private final AtomicBoolean stopped = new AtomicBoolean();

    Owner(PodOrder order, int number, PodLog log) {
        this.number = number;
        this.log = log;
        this.handling = order.handling();
        String name = name(number);
        this.home = SessionHome.of(order, name);
        this.rows = new HandledRows(Databases.pool(order.database(), name), number);
        this.client = ReactorMqttClient.create(options -> options.server(order.server())
                .clientIdentifier(CLIENT_IDENTIFIER)
                .cleanSession(false)
                .queue(queue -> queue.maximumMessages(MOST_QUEUED))
                .receiveMaximum(65_535) // mosquitto 2.0.11 sends on, whatever it is told, once it has a queue
                .keepAlive(KEEP_ALIVE)
                .connectTimeout(PATIENCE)
                .storeTimeout(STORE_PATIENCE)
                .reconnect(policy -> policy.retryFirst(true).backoff(FIRST_DELAY, LONGEST_DELAY))
                .sessionStore(home.store()));
    }

    /** What the database knows this owner by. */
    static String name(int number) {
        return "owner " + number;
    }

    void begin() {
        client.events().subscribe(this::tell, this::fail);
        client.receipts().subscribe(PublishReceipt::acknowledge, this::fail);
        Topics.LEVELS.forEach(this::receive); // before it connects: nothing that is stored is taken for unclaimed
        client.connect()
                .subscribe(
                        connected -> {
                            PodWords.say(PodWords.OWNS + " " + number);
                            Topics.LEVELS.forEach(this::send);
                        },
                        this::fail);
    }

    private void send(Qos qos) {
        long first = number * IDS_OF_ONE_OWNER;
        sending.add(Flux.interval(BEAT)
                .onBackpressureDrop()
                .index((index, ignored) -> first + index)
                .flatMap(id -> enqueue(qos, id), ENQUEUED_AT_ONCE)
                .subscribe(nothing -> {}, this::fail));
    }

    /** What fails is in doubt, and is not tried again: it may be there. */
    private Mono<Void> enqueue(Qos qos, long id) {
        return client.enqueue(ApplicationMessage.of(Topics.out(qos), Long.toString(id), qos))
                .doOnNext(key -> log.accepted(number, qos, id))
                .then()
                .onErrorResume(failure -> {
                    if (failure instanceof SessionTakenOverException) {
                        log.refused(number, qos, id);
                    }
                    return Mono.empty();
                });
    }

    private void receive(Qos qos) {
        consume(ConsumeOptions.builder()
                        .filter(Topics.in(qos))
                        .qos(qos)
                        .concurrency(HANDLED_AT_ONCE)
                        .onGranted(granted -> PodWords.say(PodWords.subscribed(number, qos)))
                        .onFailure(FailurePolicy.retry(Backoff.exponential(FIRST_DELAY, LONGEST_DELAY))))
                .doOnError(failure -> log.event(number, "consume: " + failure))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, BEAT).filter(Owner::isOfTheStore))
                .subscribe(nothing -> {}, this::fail);
    }

    /** Whoever begins while the database is away hears of it, and begins again. */
    private static boolean isOfTheStore(Throwable failure) {
        return failure instanceof StoreException;
    }

    private Mono<Void> consume(ConsumeOptions.Builder options) {
        return switch (handling) {
            case ROWS -> client.consume(options.build(), message -> rows.add(topicOf(message), idOf(message)));
            case INBOX ->
                client.consume(
                        options.in(((R2dbcSessionStore) home.store()).transaction(PATIENCE)),
                        (message, connection) -> HandledRows.add(connection, number, topicOf(message), idOf(message)));
        };
    }

    private static String topicOf(ReceivedMessage message) {
        return message.topicName().toString();
    }

    private static long idOf(ReceivedMessage message) {
        return Long.parseLong(message.payload().asUtf8());
    }

    private void tell(ClientEvent event) {
        log.event(number, event.toString());
        if (event instanceof ClientEvent.ReconnectStopped
                || (event instanceof ClientEvent.StoreFailed failed
                        && failed.cause() instanceof SessionTakenOverException)) {
            stop();
        }
    }

    private void fail(Throwable failure) {
        log.event(number, "failed: " + failure);
        if (failure instanceof SessionTakenOverException) {
            stop();
        }
    }

    /** It goes on trying to send for a moment: what is tried after the end has to fail too. */
    private void stop() {
        if (stopped.compareAndSet(false, true)) {
            PodWords.say(PodWords.STOPPED + " " + number);
            Mono.delay(PATIENCE)
                    .doOnNext(later -> sending.dispose())
                    .then(client.disconnect(Duration.ZERO))
                    .then(Mono.when(home.closing(), rows.close()))
                    .subscribe(nothing -> {}, this::fail);
        }
    }

    void rest() {
        sending.dispose();
    }

    void inspect() {
        client.inspectSession()
                .timeout(PATIENCE)
                .map(Owner::onItsWay)
                .onErrorReturn(-1)
                .subscribe(count -> PodWords.say(PodWords.ON_ITS_WAY + " " + count));
    }

    private static int onItsWay(SessionInspection session) {
        return session.connected() ? session.inFlight().size() + session.waiting() : -1;
    }
}
