package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.publish1;
import static io.reactivemqtt.reactor.Messages.publish2;
import static io.reactivemqtt.reactor.Messages.qos0;
import static io.reactivemqtt.reactor.Messages.qos1;
import static io.reactivemqtt.reactor.Messages.qos2;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.exception.ClientFailedException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The way out, and the way in again: nothing that was processed is repeated, and every request has exactly one outcome. */
class LeavingTest {

    private final GatedStore store = new GatedStore();
    private VirtualClient server = connected();
    private ReactorMqttClient client = server.client;
    private final List<String> signals = new ArrayList<>();

    private VirtualClient create() {
        return VirtualClient.create(options -> options.cleanSession(false)
                .keepAlive(Duration.ZERO)
                .sessionStore(store)
                .reconnect(ReconnectPolicy.DEFAULT));
    }

    private VirtualClient connected() {
        VirtualClient virtual = create();
        virtual.client.connect().subscribe();
        virtual.accept(false);
        virtual.events();
        return virtual;
    }

    private void disconnects(Duration drainFor) {
        client.disconnect(drainFor).subscribe(report -> signals.add("disconnected " + report.handlersAtWork()));
    }

    // ---- handlers at work

    @Test
    void disconnectWaitsForHandlersAndLetsTheirAcknowledgementsLeaveFirst() {
        List<Sinks.Empty<Void>> work = new ArrayList<>();
        client.consume("t", Qos.EXACTLY_ONCE, message -> {
                    work.add(Sinks.empty());
                    return work.get(work.size() - 1).asMono();
                })
                .subscribe(done -> {}, error -> {}, () -> signals.add("consumer completed"));
        server.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_2)));
        server.sends(publish2("t", 1), publish2("t", 2), publish2("t", 3));
        server.sent();

        disconnects(Duration.ofSeconds(10));
        assertThat(server.sent()).isEmpty();
        assertThat(signals).isEmpty();
        work.get(0).tryEmitEmpty();
        server.passes(Duration.ZERO);

        assertThat(work).as("messages that were taken up").hasSize(1);
        assertThat(server.sent())
                .containsExactly(new PubRec(1, ReasonCode.SUCCESS), new Disconnect(ReasonCode.SUCCESS));
        assertThat(signals).containsExactly("consumer completed", "disconnected 0");
    }

    @Test
    void disconnectWaitsNoLongerThanItsTimeAndReportsWhatIsLeft() {
        client.consume("t", Qos.AT_LEAST_ONCE, message -> Mono.never()).subscribe();
        server.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1)));
        server.sends(publish1("t", 1));
        server.sent();

        disconnects(Duration.ofSeconds(3));
        server.passes(Duration.ofMillis(2999));
        assertThat(signals).isEmpty();
        server.passes(Duration.ofMillis(1));

        assertThat(server.sent()).containsExactly(new Disconnect(ReasonCode.SUCCESS));
        assertThat(signals).containsExactly("disconnected 1");
    }

    @Test
    void whatWasNotTakenUpIsHandledOnceInTheNextConnection() {
        List<String> handled = new ArrayList<>();
        List<Sinks.Empty<Void>> work = new ArrayList<>();
        Function<ReceivedMessage, Mono<Void>> handler = message -> {
            handled.add(message.topicName().toString());
            work.add(Sinks.empty());
            return work.get(work.size() - 1).asMono();
        };
        client.consume("#", Qos.EXACTLY_ONCE, handler).subscribe();
        server.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_2)));
        server.sends(publish2("1", 1), publish2("2", 2), publish2("3", 3));
        disconnects(Duration.ofSeconds(10));
        work.get(0).tryEmitEmpty();
        server.passes(Duration.ZERO);

        client.connect().subscribe();
        server.accept(true);
        client.consume("#", Qos.EXACTLY_ONCE, handler).subscribe();
        server.sends(repeated("1", 1), repeated("2", 2), repeated("3", 3));
        work.get(1).tryEmitEmpty();
        work.get(2).tryEmitEmpty();

        assertThat(handled).containsExactly("1", "2", "3");
    }

    private static Publish repeated(String topic, int identifier) {
        return new Publish(publish2(topic, identifier).message(), identifier, true);
    }

    // ---- after it, and before the first connect

    @Test
    void whatIsAskedAfterADisconnectFailsAtOnceUntilConnectIsCalledAgain() {
        client.disconnect().block();

        assertThat(outcome(client.publish(qos1("a")))).isEqualTo("ClientClosedException");
        assertThat(outcome(client.enqueue(qos1("a")))).isEqualTo("ClientClosedException");
        assertThat(outcome(client.subscribe("a", Qos.AT_LEAST_ONCE))).isEqualTo("ClientClosedException");
        assertThat(outcome(client.unsubscribe("a"))).isEqualTo("ClientClosedException");
        assertThat(outcome(client.publish(Flux.just(qos1("a"))))).isEqualTo("ClientClosedException");

        client.connect().subscribe();
        client.publish(qos1("a")).subscribe();
        server.accept(true);
        server.passes(Duration.ZERO);
        assertThat(server.events()).hasAtLeastOneElementOfType(ClientEvent.Connected.class);
    }

    private static String outcome(Publisher<?> request) {
        List<String> outcomes = new ArrayList<>();
        Flux.from(request)
                .take(1)
                .subscribe(
                        next -> outcomes.add("next"),
                        error -> outcomes.add(error.getClass().getSimpleName()));
        return String.join(", ", outcomes);
    }

    @Test
    void whoWaitsForAConnectThatNobodyCalledHearsOfIt() {
        server = create();
        server.client.publish(qos1("a")).subscribe();
        server.passes(Duration.ofSeconds(10));

        assertThat(server.events()).contains(new ClientEvent.ConnectNotCalled(Duration.ofSeconds(10)));
    }

    // ---- a connect close behind

    @Test
    void aConnectBehindADisconnectWaitsForItAndTheTwoNeverMeetInOneSession() {
        client.publish(qos2("a")).subscribe();
        store.hold();
        disconnects(Duration.ZERO);
        client.connect().subscribe(connAck -> signals.add("connected"));
        client.publish(qos1("b")).subscribe(result -> signals.add("published"));
        assertThat(server.attempts()).isEqualTo(1);

        server.fromAnotherThread(store::letGo);
        server.accept(true);

        assertThat(signals).containsExactly("disconnected 0", "connected");
        server.passes(Duration.ofSeconds(1));
        List<Packet> sent = server.sent();
        server.sends(new PubAck(2, ReasonCode.SUCCESS));
        assertThat(signals).as("after " + sent).contains("published");
    }

    // ---- every request in every state

    private interface State {
        void bring(LeavingTest test);
    }

    static Stream<Arguments> requestsAndStates() {
        Map<String, State> states = new LinkedHashMap<>();
        states.put("connected", test -> {});
        states.put("never connected", test -> test.use(test.create()));
        states.put("connecting", test -> {
            test.use(test.create());
            test.client.connect().subscribe();
        });
        states.put("waiting for a reconnect", test -> test.server.cuts());
        states.put("draining", test -> {
            test.client.publish(qos1("x")).subscribe(result -> {}, error -> {});
            test.client.disconnect().subscribe();
        });
        states.put("closing the store", test -> {
            test.client.publish(qos1("x")).subscribe(result -> {}, error -> {});
            test.store.hold();
            test.client.disconnect(Duration.ZERO).subscribe();
        });
        states.put("disconnected", test -> test.client.disconnect().block());
        states.put("the store fails", test -> {
            test.store.fail(new StoreException("the disk is full", null));
            test.client.enqueue(qos1("x")).subscribe(stored -> {}, error -> {});
        });
        states.put("taken over", test -> {
            test.create().client.connect().subscribe();
            test.client.enqueue(qos1("x")).subscribe(stored -> {}, error -> {});
        });
        states.put("opening the store", test -> {
            test.store.hold();
            test.use(test.create());
            test.client.connect().subscribe(connAck -> {}, error -> {});
        });
        Map<String, Function<ReactorMqttClient, Publisher<?>>> requests = new LinkedHashMap<>();
        requests.put("publish QoS 0", client -> client.publish(qos0("a")));
        requests.put("publish QoS 1", client -> client.publish(qos1("a")));
        requests.put("publish QoS 2", client -> client.publish(qos2("a")));
        requests.put("publish a stream", client -> client.publish(Flux.just(qos1("a"))));
        requests.put("enqueue", client -> client.enqueue(qos1("a")));
        requests.put("subscribe", client -> client.subscribe("a", Qos.AT_LEAST_ONCE));
        requests.put("consume", client -> client.consume("a", Qos.AT_LEAST_ONCE, message -> Mono.empty()));
        requests.put("unsubscribe", client -> client.unsubscribe("a"));
        requests.put("connect", ReactorMqttClient::connect);
        requests.put("disconnect", ReactorMqttClient::disconnect);
        requests.put("inspect", ReactorMqttClient::inspectSession);
        return states.entrySet().stream().flatMap(state -> requests.entrySet().stream()
                .map(request -> Arguments.of(request.getKey(), state.getKey(), request.getValue(), state.getValue())));
    }

    private void use(VirtualClient other) {
        server = other;
        client = other.client;
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("requestsAndStates")
    void everyRequestHasExactlyOneOutcome(
            String request, String state, Function<ReactorMqttClient, Publisher<?>> asks, State brings) {
        brings.bring(this);
        List<String> outcomes = new ArrayList<>();

        Flux.from(asks.apply(client))
                .subscribe(
                        next -> {},
                        error -> outcomes.add(error.getClass().getSimpleName()),
                        () -> outcomes.add("completed"));
        client.disconnect(Duration.ofSeconds(1)).subscribe();
        store.mend();
        server.fromAnotherThread(store::letGo);
        server.passes(Duration.ofMinutes(1));

        assertThat(outcomes).hasSize(1);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("requestsAndStates")
    void everyRequestBehindADisconnectHasExactlyOneOutcome(
            String request, String state, Function<ReactorMqttClient, Publisher<?>> asks, State brings) {
        brings.bring(this);
        client.disconnect(Duration.ofSeconds(1)).subscribe();
        List<String> outcomes = new ArrayList<>();

        Flux.from(asks.apply(client))
                .subscribe(
                        next -> {},
                        error -> outcomes.add(error.getClass().getSimpleName()),
                        () -> outcomes.add("completed"));
        store.mend();
        server.fromAnotherThread(store::letGo);
        server.passes(Duration.ofMinutes(1));
        client.disconnect(Duration.ofSeconds(1)).subscribe();
        server.fromAnotherThread(store::letGo);
        server.passes(Duration.ofMinutes(1));

        assertThat(outcomes).hasSize(1);
    }

    // ---- an error in a turn

    @Test
    void anErrorInATurnEndsTheClientWholeAndAConnectBeginsAnewFromTheStore() {
        client.publish(qos1("durable")).subscribe(result -> {}, error -> signals.add(name(error)));
        client.subscribe("t", Qos.AT_LEAST_ONCE).subscribe(message -> {}, error -> signals.add(name(error)));
        server.events();

        server.fromAnotherThread(() -> server.breaks(new NoSuchMethodError("of another version")));

        assertThat(signals).containsExactlyInAnyOrder("ClientFailedException", "ClientFailedException");
        assertThat(server.hasConnection()).isFalse();
        assertThat(server.events())
                .filteredOn(ClientEvent.ClientFailed.class::isInstance)
                .singleElement()
                .satisfies(event -> assertThat(((ClientEvent.ClientFailed) event).cause())
                        .isInstanceOf(ClientFailedException.class)
                        .hasCauseInstanceOf(NoSuchMethodError.class));
        server.passes(Duration.ofMinutes(5));
        assertThat(server.attempts()).as("no retry mends it").isEqualTo(1);

        client.connect().subscribe(connAck -> signals.add("connected"));
        server.opens();
        server.sent();
        server.sends(io.reactivemqtt.packet.ConnAck.accepted(true));
        assertThat(signals).contains("connected");
        assertThat(server.sent())
                .anyMatch(packet -> packet instanceof Publish publish
                        && publish.dup()
                        && publish.message().topicName().toString().equals("durable"));
    }

    private static String name(Throwable error) {
        return error.getClass().getSimpleName();
    }

    // ---- a store that fails

    @Test
    void whatIsDurableGoesOnWaitingWhenTheStoreFailsAndOnlyTheRestFails() {
        for (int i = 1; i <= 3; i++) {
            client.publish(qos2("durable")).subscribe(result -> signals.add("done"), error -> signals.add(name(error)));
        }
        store.fail(new StoreException("the disk is full", null));
        client.publish(qos2("late")).subscribe(result -> signals.add("done"), error -> signals.add(name(error)));
        assertThat(signals).containsExactly("StoreException");
        store.mend();

        server.passes(Duration.ofSeconds(1));
        server.opens();
        server.sent();
        server.sends(io.reactivemqtt.packet.ConnAck.accepted(true));
        List<Publish> again = server.sent().stream()
                .filter(Publish.class::isInstance)
                .map(Publish.class::cast)
                .toList();
        assertThat(again)
                .hasSize(3)
                .allMatch(publish -> publish.message().topicName().toString().equals("durable"));
        again.forEach(publish -> server.sends(new PubRec(publish.packetIdentifier(), ReasonCode.SUCCESS)));
        again.forEach(publish ->
                server.sends(new io.reactivemqtt.packet.PubComp(publish.packetIdentifier(), ReasonCode.SUCCESS)));

        assertThat(signals).containsExactly("StoreException", "done", "done", "done");
    }

    @Test
    void aStoreThatNeverAnswersCountsAsOneThatFailsAndHoldsNoDisconnectUp() {
        store.hold();
        client.publish(qos1("a")).subscribe(result -> {}, error -> signals.add(name(error)));
        server.passes(Duration.ofSeconds(30));
        assertThat(signals).containsExactly("StoreException");
        assertThat(server.events()).hasAtLeastOneElementOfType(ClientEvent.StoreFailed.class);

        disconnects(Duration.ofSeconds(1));
        server.passes(Duration.ofSeconds(61));

        assertThat(signals).containsExactly("StoreException", "disconnected 0");
    }

    @Test
    void everyWaitingPublishHearsThatAnotherClientHasTakenTheSessionOver() {
        List<String> outcomes = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            ApplicationMessage message = i % 3 == 0 ? qos2("a") : i % 3 == 1 ? qos1("a") : qos0("a");
            client.publish(message).subscribe(result -> outcomes.add("done"), error -> outcomes.add(name(error)));
            if (i == 200) {
                server.cuts();
            } else if (i == 300) {
                create().client.connect().subscribe();
            }
        }
        server.passes(Duration.ofMinutes(5));

        assertThat(outcomes).hasSize(400);
    }
}
