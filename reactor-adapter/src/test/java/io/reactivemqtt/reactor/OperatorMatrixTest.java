package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.Unsubscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * Whatever operator stands behind a subscription, and however it ends: what is acknowledged was taken or processed, and what was not is
 * taken or processed by the next subscriber.
 */
class OperatorMatrixTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int HALF = 3;
    private static final int ALL = 2 * HALF;

    /** How an application receives. */
    enum Mode {
        ON_NEXT,
        BY_HAND,
        CONSUME,
        CONSUME_BATCHES
    }

    /** What stands behind it. */
    enum Operator {
        TAKE,
        TIMEOUT,
        SWITCH_MAP,
        RETRY,
        RETRY_WITH_BACKOFF,
        ON_ERROR_RESUME,
        DISPOSE,
        PUBLISH_REF_COUNT,
        LIMIT_RATE,
        FLAT_MAP_WITH_ERROR,
        CONCAT_MAP,
        BUFFER_TIMEOUT,
        PUBLISH_ON_AND_CANCEL;

        /** Tells whether something fails behind the second message. */
        boolean fails() {
            return this == RETRY
                    || this == RETRY_WITH_BACKOFF
                    || this == ON_ERROR_RESUME
                    || this == FLAT_MAP_WITH_ERROR;
        }

        /** Tells whether the application lets go in the middle. */
        boolean endsInTheMiddle() {
            return this == DISPOSE || this == PUBLISH_REF_COUNT || this == PUBLISH_ON_AND_CANCEL;
        }
    }

    static Stream<Arguments> matrix() {
        return Stream.of(Operator.values()).flatMap(operator -> Stream.of(Mode.values())
                .flatMap(mode -> Stream.of(true, false).flatMap(kept -> Stream.of(Qos.AT_LEAST_ONCE, Qos.EXACTLY_ONCE)
                        .map(qos -> Arguments.of(operator, mode, kept, qos)))));
    }

    private VirtualClient server = VirtualClient.create();
    private Qos qos = Qos.AT_LEAST_ONCE;
    private boolean kept;
    private final Set<Integer> unacknowledged = new LinkedHashSet<>();
    private final Set<Integer> acknowledged = new TreeSet<>();
    private final Set<String> names = new TreeSet<>();
    private final Sinks.Many<Integer> turns = Sinks.many().multicast().directBestEffort();

    /** What was taken or processed, as the mode defines it. */
    private final List<Integer> done = new ArrayList<>();

    private final Set<Integer> sent = new TreeSet<>();
    private boolean subscribed;
    private boolean failed;

    @ParameterizedTest(name = "{0} {1}, Session kept: {2}, {3}")
    @MethodSource("matrix")
    void whatIsAcknowledgedWasTakenAndWhatWasNotIsTakenByTheNext(
            Operator operator, Mode mode, boolean sessionKept, Qos level) {
        kept = sessionKept;
        qos = level;
        server = VirtualClient.connected(options -> options.cleanSession(!kept).keepAlive(Duration.ZERO));

        Disposable first = subscribe(operator, mode).subscribe(next -> taken(next, mode), error -> {});
        answer();
        turns.tryEmitNext(1);
        answer();
        sends(1, HALF);
        if (operator.endsInTheMiddle()) {
            first.dispose();
        }
        turns.tryEmitNext(2);
        answer();
        passes(SECOND.multipliedBy(3));
        sends(HALF + 1, ALL);
        passes(SECOND.multipliedBy(3));
        first.dispose();
        answer();

        assertThat(done).as("acknowledged are " + acknowledged).containsAll(acknowledged);
        assertThat(sent).hasSizeGreaterThanOrEqualTo(kept ? ALL : 1);
        if (kept) {
            assertThat(names).doesNotContain("UNSUBSCRIBE");
        }

        server.client
                .consume("t/#", qos, message -> Mono.fromRunnable(() -> done.add(number(message))))
                .subscribe();
        answer();
        passes(Duration.ofMinutes(2)); // what nobody can know of is handed back after a while
        assertThat(new TreeSet<>(done)).containsExactlyElementsOf(sent);
        assertThat(acknowledged).containsExactlyElementsOf(sent);
        assertThat(done).as("each is taken or processed once").doesNotHaveDuplicates();
    }

    private Flux<?> subscribe(Operator operator, Mode mode) {
        ReactorMqttClient client = server.client;
        return switch (mode) {
            case ON_NEXT ->
                behind(
                        operator,
                        client.subscribe("t/#", qos)
                                .doOnNext(message -> done.add(number(message)))
                                .map(message -> failing(operator, message)));
            case BY_HAND ->
                behind(
                        operator,
                        client.subscribe(options ->
                                        options.filter("t/#").qos(qos).acknowledgement(AcknowledgementMode.BY_HAND))
                                .map(message -> failing(operator, message)));
            case CONSUME ->
                behind(
                        operator,
                        client.consume("t/#", qos, message -> process(operator, message))
                                .flux());
            case CONSUME_BATCHES ->
                behind(
                        operator,
                        client.consumeBatches(
                                        options ->
                                                options.filter("t/#").qos(qos).upTo(2, SECOND),
                                        batch -> process(operator, batch))
                                .flux());
        };
    }

    private <T> Flux<?> behind(Operator operator, Flux<T> source) {
        return switch (operator) {
            case TAKE -> source.take(2);
            case TIMEOUT -> source.timeout(SECOND, server.scheduler());
            case SWITCH_MAP -> turns.asFlux().switchMap(turn -> source);
            case RETRY -> source.retry(1);
            case RETRY_WITH_BACKOFF -> source.retryWhen(Retry.backoff(1, SECOND).scheduler(server.scheduler()));
            case ON_ERROR_RESUME -> source.onErrorResume(error -> Flux.empty());
            case DISPOSE -> source;
            case PUBLISH_REF_COUNT -> source.publish().refCount();
            case LIMIT_RATE -> source.limitRate(2);
            case FLAT_MAP_WITH_ERROR -> source.flatMap(Mono::just);
            case CONCAT_MAP -> source.concatMap(Mono::just);
            case BUFFER_TIMEOUT -> source.bufferTimeout(2, SECOND, server.scheduler());
            case PUBLISH_ON_AND_CANCEL -> source.publishOn(server.scheduler(), 2);
        };
    }

    private ReceivedMessage failing(Operator operator, ReceivedMessage message) {
        failOnce(operator, number(message));
        return message;
    }

    private void failOnce(Operator operator, int number) {
        if (operator.fails() && number == 2 && !failed) {
            failed = true;
            throw new IllegalStateException("once");
        }
    }

    private Publisher<?> process(Operator operator, ReceivedMessage message) {
        return Mono.fromRunnable(() -> {
            failOnce(operator, number(message));
            done.add(number(message));
        });
    }

    private Publisher<?> process(Operator operator, List<ReceivedMessage> batch) {
        return Mono.fromRunnable(() -> {
            batch.forEach(message -> failOnce(operator, number(message)));
            batch.forEach(message -> done.add(number(message)));
        });
    }

    /** The application has what has come through the operator. */
    private void taken(Object next, Mode mode) {
        if (mode == Mode.BY_HAND && next instanceof List<?> several) {
            several.forEach(one -> taken(one, mode));
        } else if (mode == Mode.BY_HAND && next instanceof ReceivedMessage message) {
            done.add(number(message));
            message.acknowledge();
        }
    }

    private static int number(ReceivedMessage message) {
        return Integer.parseInt(message.payload().asUtf8());
    }

    // ---- the Server

    private void sends(int from, int to) {
        for (int i = from; i <= to && subscribed; i++) { // to whom has not subscribed the Server sends nothing
            sent.add(i);
            unacknowledged.add(i);
            server.sends(publish(i, false));
            answer();
        }
    }

    private Publish publish(int number, boolean duplicate) {
        return new Publish(ApplicationMessage.of("t/" + number, "" + number, qos), number, duplicate);
    }

    private void passes(Duration time) {
        for (int i = 0; i < 10; i++) {
            server.passes(time.dividedBy(10));
            answer();
        }
    }

    /** Answers what the client has sent, and accepts it again where it has given the connection up. */
    private void answer() {
        if (!server.hasConnection()) {
            server.passes(SECOND);
            server.accept(kept);
            List.copyOf(unacknowledged).forEach(number -> server.sends(publish(number, true)));
        }
        for (List<Packet> packets = server.sent(); !packets.isEmpty(); packets = server.sent()) {
            packets.forEach(packet -> names.add(packet.type().name()));
            for (Packet packet : packets) {
                if (packet instanceof PubAck pubAck) {
                    acknowledged(pubAck.packetIdentifier());
                } else if (packet instanceof PubRec pubRec) {
                    acknowledged(pubRec.packetIdentifier());
                    server.sends(new PubRel(pubRec.packetIdentifier(), ReasonCode.SUCCESS));
                } else if (packet instanceof Subscribe || packet instanceof Unsubscribe) {
                    subscribed = packet instanceof Subscribe;
                    server.grants(List.of(packet));
                }
            }
        }
    }

    private void acknowledged(int number) {
        unacknowledged.remove(number);
        acknowledged.add(number);
    }
}
