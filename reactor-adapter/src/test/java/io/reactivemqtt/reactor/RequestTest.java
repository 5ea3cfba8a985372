package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.publish1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.ClientEvent.HandlerFailed;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.NoResponseException;
import io.reactivemqtt.exception.NotSentException;
import io.reactivemqtt.exception.RequestRefusedException;
import io.reactivemqtt.exception.ResponderFailedException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Requests and their responses, against a Server that the test plays. */
class RequestTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private VirtualClient server = VirtualClient.connected(options -> options.clientIdentifier("c/1"));
    private final List<Object> results = new ArrayList<>();

    private Disposable request(String topic, String text) {
        return request(ApplicationMessage.of(topic, text, Qos.AT_LEAST_ONCE));
    }

    private Disposable request(ApplicationMessage message) {
        return server.client
                .request(message, SECOND)
                .subscribe(response -> results.add(response.payload().asUtf8()), results::add);
    }

    private Packet sent() {
        List<Packet> sent = server.sent();
        assertThat(sent).hasSize(1);
        return sent.get(0);
    }

    private Publish sentPublish() {
        return (Publish) sent();
    }

    private static String responseTopic(Publish request) {
        return String.valueOf(request.message().properties().responseTopic());
    }

    private static Publish response(Publish request, String text) {
        return new Publish(
                ApplicationMessage.to(responseTopic(request))
                        .text(text)
                        .correlationData(Objects.requireNonNull(
                                request.message().properties().correlationData()))
                        .build(),
                0,
                false);
    }

    // ---- the one who asks

    @Test
    void theRequestLeavesWhenItsResponseCanComeAndTheResponseEndsIt() {
        request("add", "1 1");
        assertThat(((Subscribe) sent()).subscriptions().get(0).topicFilter()).hasToString("response/c%2f;1");
        server.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1)));
        Publish publish = sentPublish();
        assertThat(responseTopic(publish)).isEqualTo("response/c%2f;1");
        assertThat(results).isEmpty();

        server.sends(response(publish, "2"));
        assertThat(results).containsExactly("2");
    }

    @Test
    void allRequestsShareOneSubscriptionAndEachGetsItsOwnResponse() {
        request("add", "first");
        request("add", "second");
        server.grants();
        request("add", "third");
        List<Publish> requests = server.sent().stream().map(Publish.class::cast).toList();
        assertThat(requests).hasSize(3);

        for (int i = 2; i >= 0; i--) {
            server.sends(response(
                    requests.get(i), requests.get(i).message().payload().asUtf8()));
        }
        assertThat(results).containsExactly("third", "second", "first");
    }

    @Test
    void aResponseThatComesTwiceOrTooLateOrToNobodyDisturbsNone() {
        request("add", "a");
        server.grants();
        Publish first = sentPublish();
        server.sends(response(first, "1"), response(first, "1"));
        request("add", "b");
        Publish second = sentPublish();
        server.passes(SECOND.multipliedBy(2));
        server.sends(response(second, "2"));
        server.sends(publish1("response/c%2f;1", 7));

        assertThat(results).hasSize(2).first().isEqualTo("1");
        assertThat(results).last().isInstanceOf(NoResponseException.class);
    }

    @Test
    void whatWasNotSentInTimeSaysSo() {
        server = VirtualClient.create();
        request("add", "a");
        server.passes(SECOND.plusMillis(2));
        assertThat(results).singleElement().isInstanceOf(NotSentException.class);
        server.client.connect().subscribe();
        server.accept(false);
        assertThat(server.sent()).isEmpty();

        request("add", "b"); // the SUBACK does not come
        server.passes(SECOND.plusMillis(2));
        assertThat(results).hasSize(2).last().isInstanceOf(NotSentException.class);
    }

    @Test
    void whatTheServerHasNobodyForFailsAtOnce() {
        request("add", "a");
        server.grants();
        server.sends(new PubAck(sentPublish().packetIdentifier(), ReasonCode.NO_MATCHING_SUBSCRIBERS));

        assertThat(results)
                .singleElement()
                .isInstanceOf(NoResponseException.class)
                .asString()
                .contains("nobody");
    }

    @Test
    void itWaitsForTheFirstConnectionAndKnowsTheResponseInformation() {
        server = VirtualClient.create(options ->
                options.clientIdentifier("c1").connectSettings(connect -> connect.requestResponseInformation(true)));
        request("add", "a");
        server.client.connect().subscribe();
        server.opens();
        server.sends(ConnAck.builder().responseInformation("replies/").build());

        Subscribe subscribe = (Subscribe) server.sent().stream()
                .filter(Subscribe.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(subscribe.subscriptions().get(0).topicFilter()).hasToString("replies/c1");
    }

    @Test
    void aRequestKeepsTheAddressThatItHas() {
        Payload correlation = Payload.utf8("mine");
        ApplicationMessage message = ApplicationMessage.to("add")
                .qos(Qos.AT_LEAST_ONCE)
                .responseTopic("my/own")
                .correlationData(correlation)
                .build();
        request(message);
        server.grants();
        Publish publish = sentPublish();
        assertThat(publish.message()).isEqualTo(message);
        request(message); // nobody could tell whose the response is
        assertThat(results).singleElement().isInstanceOf(IllegalStateException.class);

        server.sends(response(publish, "1"));
        assertThat(results).containsExactly(results.get(0), "1");
    }

    @Test
    void itSurvivesALostConnectionAndALostSession() {
        server = VirtualClient.connected(
                options -> options.clientIdentifier("c1").cleanSession(false));
        request("add", "a");
        server.grants();
        Publish publish = sentPublish();
        server.cuts();
        server.passes(Duration.ofMillis(600));
        server.accept(true);
        server.sends(response(publish, "1"));

        assertThat(results).containsExactly("1");
    }

    @Test
    void aRefusedSubscriptionOrRequestIsTheError() {
        request("add", "a");
        server.sends(new SubAck(1, List.of(ReasonCode.NOT_AUTHORIZED)));
        server.sent();
        request("add", "b"); // asks anew
        server.grants();
        server.sends(new PubAck(sentPublish().packetIdentifier(), ReasonCode.NOT_AUTHORIZED));

        assertThat(results).hasSize(2).allMatch(RequestRefusedException.class::isInstance);
    }

    @Test
    void theEndOfTheClientEndsIt() {
        request("add", "a");
        server.grants();
        server.client.disconnect(Duration.ZERO).subscribe();
        request("add", "b");

        assertThat(results).hasSize(2).allMatch(ClientClosedException.class::isInstance);
    }

    @Test
    void whoCancelsWaitsNoMoreAndHisRequestIsWithdrawnUnlessItWasSent() {
        Disposable request = request("add", "a");
        request.dispose();
        server.grants();

        assertThat(server.sent()).isEmpty();
        assertThat(results).isEmpty();
    }

    @Test
    void severalMayAnswerOneRequest() {
        server.client
                .requestMany(ApplicationMessage.of("who", "", Qos.AT_LEAST_ONCE), SECOND)
                .subscribe(
                        response -> results.add(response.payload().asUtf8()), results::add, () -> results.add("end"));
        server.grants();
        Publish publish = sentPublish();
        server.sends(response(publish, "1"), response(publish, "2"));
        server.passes(SECOND.plusMillis(2));

        assertThat(results).containsExactly("1", "2", "end");
    }

    @Test
    void oneOfSeveralThatFailsIsLeftOutUnlessNobodyElseAnswers() {
        for (int others = 1; others >= 0; others--) {
            server.client
                    .requestMany(ApplicationMessage.of("who", "", Qos.AT_LEAST_ONCE), SECOND)
                    .subscribe(
                            response -> results.add(response.payload().asUtf8()),
                            results::add,
                            () -> results.add("end"));
            if (others > 0) {
                server.grants(); // the subscription stays
            }
            Publish publish = sentPublish();
            Publish answer = response(publish, "1");
            server.sends(new Publish(
                    answer.message().toBuilder()
                            .userProperties(UserProperties.of("reactive-mqtt-error", "Oops"))
                            .build(),
                    0,
                    false));
            if (others > 0) {
                server.sends(answer);
            }
            server.passes(SECOND.plusMillis(2));
        }

        assertThat(results).startsWith("1", "end").hasSize(3).last().isInstanceOf(ResponderFailedException.class);
    }

    @Test
    void aTimeWithoutEndIsLong() {
        server.client
                .request(ApplicationMessage.of("add", "", Qos.AT_LEAST_ONCE), Duration.ofSeconds(Long.MAX_VALUE))
                .subscribe(response -> results.add(response.payload().asUtf8()), results::add);
        server.grants();
        server.passes(Duration.ofSeconds(30));
        server.sends(response(sentPublish(), "1"));

        assertThat(results).containsExactly("1");
    }

    @Test
    void aTimeThatIsNotPositiveIsRefused() {
        assertThatThrownBy(() -> server.client.request(ApplicationMessage.of("a", "", Qos.AT_MOST_ONCE), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ---- the one who answers

    private static Publish asked(String topic, int packetIdentifier) {
        return new Publish(
                ApplicationMessage.to(topic)
                        .qos(Qos.AT_LEAST_ONCE)
                        .responseTopic("to/me")
                        .correlationData(Payload.utf8("7"))
                        .build(),
                packetIdentifier,
                false);
    }

    @Test
    void aRequestIsAcknowledgedWhenItsResponseIs() {
        Sinks.One<ApplicationMessage> answer = Sinks.one();
        server.client
                .respond("add/{x}", Qos.AT_LEAST_ONCE, request -> answer.asMono())
                .subscribe();
        server.grants();
        server.sends(asked("add/1", 5));
        assertThat(server.sent()).isEmpty();

        answer.tryEmitValue(
                ApplicationMessage.answer().text("2").qos(Qos.AT_LEAST_ONCE).build());
        Publish response = sentPublish();
        assertThat(response.message().topicName()).hasToString("to/me");
        assertThat(response.message().properties().correlationData()).isEqualTo(Payload.utf8("7"));
        assertThat(response.message().payload().asUtf8()).isEqualTo("2");
        server.sends(new PubAck(response.packetIdentifier(), ReasonCode.SUCCESS));
        assertThat(server.acknowledged()).containsExactly(5);
    }

    @Test
    void aHandlerThatFailsTellsTheAskerTheKindAndGoesOn() {
        server.client
                .respond("add", Qos.AT_LEAST_ONCE, request -> Mono.error(new ArithmeticException("secret")))
                .subscribe(nothing -> {}, results::add);
        server.grants();
        server.sends(asked("add", 5));
        Publish response = sentPublish();
        assertThat(response.message().properties().userProperties())
                .isEqualTo(UserProperties.of("reactive-mqtt-error", "ArithmeticException"));
        server.sends(new PubAck(response.packetIdentifier(), ReasonCode.SUCCESS));

        assertThat(server.acknowledged()).containsExactly(5);
        assertThat(server.events()).anyMatch(HandlerFailed.class::isInstance);
        assertThat(results).isEmpty();
    }

    @Test
    void theAskerGetsTheFailureAsAnError() {
        request("add", "a");
        server.grants();
        Publish publish = sentPublish();
        server.sends(new Publish(
                response(publish, "").message().toBuilder()
                        .userProperties(UserProperties.of("reactive-mqtt-error", "ArithmeticException"))
                        .build(),
                0,
                false));

        assertThat(results).singleElement().isInstanceOfSatisfying(ResponderFailedException.class, failed -> assertThat(
                        failed.kind())
                .isEqualTo("ArithmeticException"));
    }

    @Test
    void aResponseThatCannotBeSentStopsNobody() {
        server.client
                .respond(
                        "add",
                        Qos.AT_LEAST_ONCE,
                        request -> Mono.just(ApplicationMessage.answer()
                                .qos(Qos.AT_LEAST_ONCE)
                                .build()))
                .subscribe(nothing -> {}, results::add);
        server.grants();
        server.sends(asked("add", 5));
        server.sends(new PubAck(sentPublish().packetIdentifier(), ReasonCode.NOT_AUTHORIZED));
        assertThat(server.acknowledged()).containsExactly(5);
        server.sends(asked("add", 6));

        assertThat(sentPublish().message().topicName()).hasToString("to/me");
        assertThat(results).isEmpty();
    }

    @Test
    void whoNamesNoResponseTopicGetsNone() {
        List<ReceivedMessage> handled = new ArrayList<>();
        server.client
                .respond("add", Qos.AT_LEAST_ONCE, request -> {
                    handled.add(request);
                    return Mono.just(ApplicationMessage.answer().build());
                })
                .subscribe();
        server.grants();
        server.sends(publish1("add", 5));

        assertThat(handled).hasSize(1);
        assertThat(server.sent()).singleElement().isInstanceOf(PubAck.class);
    }

    @Test
    void responseTopicsOfTheRequestsOwnAreUnsubscribedWhenManyOthersWereNeeded() {
        for (int i = 0; i < 40; i++) {
            server.client
                    .request(
                            ApplicationMessage.to("add")
                                    .qos(Qos.AT_LEAST_ONCE)
                                    .responseTopic("my/" + i)
                                    .build(),
                            SECOND)
                    .subscribe(response -> {}, results::add);
            server.grants();
            server.passes(SECOND.multipliedBy(2));
        }

        assertThat(results).hasSize(40);
        server.grants();
        server.cuts();
        server.passes(SECOND);
        server.opens();
        server.sends(ConnAck.accepted(false));
        assertThat(server.sent().stream().filter(Subscribe.class::isInstance)).hasSize(16);
    }

    @Test
    void aRequestThatCannotBeSaidFailsAtOnce() {
        server.client
                .request(ApplicationMessage.to("add").responseTopic("$share/x").build(), SECOND)
                .subscribe(response -> {}, results::add);

        assertThat(results).singleElement().isInstanceOf(IllegalArgumentException.class);
    }

    // ---- MQTT 3.1.1

    private static Publish publish(String topic, String text) {
        return new Publish(ApplicationMessage.of(topic, text, Qos.AT_MOST_ONCE), 0, false);
    }

    @Test
    void inMqtt311TheTopicCarriesTheAddress() {
        server = VirtualClient.connected(
                options -> options.protocolVersion(ProtocolVersion.MQTT_3_1_1).clientIdentifier("c/1"));
        request("add/x", "1");
        assertThat(((Subscribe) sent()).subscriptions().get(0).topicFilter()).hasToString("response/c%2f;1/#");
        server.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1)));
        String first = sentPublish().message().topicName().toString();
        assertThat(first).matches("add/x/request/c%2f;1/[0-9a-f]+-1");
        request("add/y", "2");
        String second = sentPublish().message().topicName().toString();
        assertThat(second).matches("add/y/request/c%2f;1/[0-9a-f]+-2");

        server.sends(publish(second.replace("add/y/request", "response"), "b"));
        server.sends(publish(first.replace("add/x/request", "response") + "/error", "Oops"));
        assertThat(results).first().isEqualTo("b");
        assertThat(results)
                .last()
                .isInstanceOf(ResponderFailedException.class)
                .asString()
                .contains("Oops");
    }

    @Test
    void inMqtt311WhatIsNoResponseToARequestIsLeftAside() {
        server = VirtualClient.connected(
                options -> options.protocolVersion(ProtocolVersion.MQTT_3_1_1).clientIdentifier("c"));
        request("add/x", "1");
        server.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1)));
        server.sends(publish("response/c", "?"), publish("response/c/", "?"), publish("response/c/1/2", "?"));

        assertThat(results).isEmpty();
    }

    @Test
    void inMqtt311AResponderKnowsItByTheTopic() {
        server = VirtualClient.connected(options -> options.protocolVersion(ProtocolVersion.MQTT_3_1_1));
        respondToAdd();
        assertThat(filters()).containsExactly("add/+", "add/+/request/+/+");
        server.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1, ReasonCode.GRANTED_QOS_1)));
        server.sends(publish("add/1/request/me/9", "1 1"), publish("add/bad/request/me/10", ""));

        assertThat(server.sent())
                .extracting(packet -> ((Publish) packet).message().topicName().toString())
                .containsExactly("response/me/9", "response/me/10/error");
    }

    @Test
    void aResponderThatMayFallBackAnswersTheAskersOfBothVersions() {
        server = VirtualClient.connected(options -> options.session(SessionOptions.Builder::fallBackToMqtt311));
        respondToAdd();
        assertThat(filters()).containsExactly("add/+", "add/+/request/+/+");
        server.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1, ReasonCode.GRANTED_QOS_1)));
        server.sends(publish("add/1/request/me/9", "1 1"));

        assertThat(sentPublish().message().topicName()).hasToString("response/me/9");
    }

    private void respondToAdd() {
        server.client
                .respond(
                        "add/{x}",
                        Qos.AT_LEAST_ONCE,
                        request -> request.variable("x").equals("bad")
                                ? Mono.error(new IllegalStateException())
                                : Mono.just(
                                        ApplicationMessage.answer().text("2").build()))
                .subscribe();
    }

    private List<String> filters() {
        return ((Subscribe) sent())
                .subscriptions().stream()
                        .map(subscription -> subscription.topicFilter().toString())
                        .toList();
    }
}
