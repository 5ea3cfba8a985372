package io.reactivemqtt.testkit.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SubscribeOptions.Overflow;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectionRefusedException;
import io.reactivemqtt.exception.RequestRefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class FakeMqttClientTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration RECONNECT = Duration.ofSeconds(1);

    private final List<String> handled = new ArrayList<>();

    private static void keptSession(ClientOptions.Builder options) {
        options.clientIdentifier("app").cleanStart(false).sessionExpiryInterval(Duration.ofHours(1));
    }

    private static FakeMqttClient connected(Consumer<ClientOptions.Builder> options) {
        FakeMqttClient mqtt = FakeMqttClient.create(options);
        mqtt.connect().block();
        return mqtt;
    }

    private static ApplicationMessage message(String topic, Qos qos) {
        return ApplicationMessage.of(topic, "payload", qos);
    }

    @ParameterizedTest
    @EnumSource(Qos.class)
    void whatIsDeliveredIsHandledBeforeTheCallReturnsAndAcknowledgedAboveQos0(Qos qos) {
        FakeMqttClient mqtt = FakeMqttClient.connected();
        mqtt.subscribe("a/+", Qos.EXACTLY_ONCE)
                .subscribe(received -> handled.add(received.payload().asUtf8()));

        Delivery delivery = mqtt.deliver("a/b", "21", qos);

        assertThat(handled).containsExactly("21");
        assertThat(delivery.isAcknowledged()).isEqualTo(qos != Qos.AT_MOST_ONCE);
        assertThat(delivery.timesSent()).isEqualTo(1);
    }

    @Test
    void aMessageComesAtTheQosThatTheSubscriptionHasAtMost() {
        FakeMqttClient mqtt = FakeMqttClient.connected();
        List<Qos> came = new ArrayList<>();
        mqtt.subscribe("a", Qos.AT_LEAST_ONCE).subscribe(received -> came.add(received.qos()));

        mqtt.deliver("a", "x", Qos.EXACTLY_ONCE);

        assertThat(came).containsExactly(Qos.AT_LEAST_ONCE);
    }

    @Test
    void theReasonCodeOfAHandlerIsSeen() {
        FakeMqttClient mqtt = FakeMqttClient.connected();
        mqtt.subscribe(options -> options.filter("a").acknowledgement(AcknowledgementMode.BY_HAND))
                .subscribe(received -> received.acknowledge(ReasonCode.QUOTA_EXCEEDED));

        assertThat(mqtt.deliver("a", "x", Qos.AT_LEAST_ONCE).acknowledgement()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    }

    @Test
    void aMessageThatAHandlerFailedWithIsSentAgainOnTheNextConnection() {
        FakeMqttClient mqtt = connected(FakeMqttClientTest::keptSession);
        mqtt.consume("a", Qos.AT_LEAST_ONCE, received -> Mono.error(new IllegalStateException("broken")))
                .subscribe(done -> {}, error -> handled.add("failed"));
        Delivery delivery = mqtt.deliver("a", "x", Qos.AT_LEAST_ONCE);
        assertThat(delivery.isAcknowledged()).isFalse();

        mqtt.loseConnection();
        mqtt.advance(RECONNECT);
        mqtt.consume("a", Qos.AT_LEAST_ONCE, received -> {
                    handled.add("duplicate " + received.duplicate());
                    return Mono.empty();
                })
                .subscribe();

        assertThat(handled).containsExactly("failed", "duplicate true");
        assertThat(delivery.isAcknowledged()).isTrue();
        assertThat(delivery.timesSent()).isEqualTo(2);
    }

    @Test
    void whatIsPublishedIsSeenAndItsResultIsThere() {
        FakeMqttClient mqtt = FakeMqttClient.connected();
        Flux<ApplicationMessage> messages = Flux.fromArray(Qos.values()).map(qos -> message("out", qos));

        List<PublishResult> results = mqtt.publish(messages).collectList().block();

        assertThat(results).hasSize(3).allMatch(PublishResult::isSuccess);
        assertThat(mqtt.published()).containsExactlyElementsOf(messages.toIterable());
    }

    @Test
    void aMessageIsRefusedIfTheTestSaysSo() {
        FakeMqttClient mqtt = FakeMqttClient.connected();
        mqtt.answerPublish(message -> ReasonCode.NOT_AUTHORIZED);

        StepVerifier.create(mqtt.publish(message("out", Qos.EXACTLY_ONCE)))
                .verifyErrorSatisfies(error -> assertThat(((RequestRefusedException) error).reasonCode())
                        .isEqualTo(ReasonCode.NOT_AUTHORIZED));
    }

    @Test
    void aMessageWithoutAnswerWaitsAndIsSentAgainOnTheNextConnection() {
        FakeMqttClient mqtt = connected(FakeMqttClientTest::keptSession);
        mqtt.answerPublish(message -> null);
        Sinks.One<PublishResult> result = Sinks.one();
        mqtt.publish(message("out", Qos.AT_LEAST_ONCE)).subscribe(result::tryEmitValue);
        assertThat(result.asMono().toFuture()).isNotDone();

        mqtt.answerPublish(message -> ReasonCode.SUCCESS);
        mqtt.loseConnection();
        assertThat(mqtt.isConnected()).isFalse();
        mqtt.advance(RECONNECT);

        assertThat(mqtt.isConnected()).isTrue();
        assertThat(result.asMono().block(PATIENCE)).matches(PublishResult::isSuccess);
        assertThat(mqtt.published()).hasSize(2);
    }

    @Test
    void whatIsPublishedBeforeTheConnectionLeavesWithIt() {
        FakeMqttClient mqtt = FakeMqttClient.create();
        mqtt.publish(message("out", Qos.AT_LEAST_ONCE)).subscribe();
        assertThat(mqtt.published()).isEmpty();

        mqtt.connect().block();

        assertThat(mqtt.published()).hasSize(1);
    }

    @Test
    void aConnectionIsRefusedOrUnreachableIfTheTestSaysSo() {
        FakeMqttClient mqtt = FakeMqttClient.create();
        mqtt.answerConnect(answer -> answer.reasonCode(ReasonCode.BAD_USER_NAME_OR_PASSWORD));
        StepVerifier.create(mqtt.connect()).verifyError(ConnectionRefusedException.class);

        mqtt.serverReachable(false);
        StepVerifier.create(mqtt.connect()).verifyError(ConnectFailedException.class);

        mqtt.serverReachable(true);
        mqtt.answerConnect(answer -> answer.maximumQos(Qos.AT_LEAST_ONCE));
        assertThat(mqtt.connect().map(result -> result.connAck().maximumQos()).block())
                .isEqualTo(Qos.AT_LEAST_ONCE);
    }

    @Test
    void aSubscriptionIsRefusedIfTheTestSaysSo() {
        FakeMqttClient mqtt = FakeMqttClient.connected();
        mqtt.refuseSubscription("secret/#", ReasonCode.NOT_AUTHORIZED);

        StepVerifier.create(mqtt.subscribe("secret/#", Qos.AT_LEAST_ONCE)).verifyError(RequestRefusedException.class);
        mqtt.subscribe("open/#", Qos.AT_LEAST_ONCE).subscribe();

        assertThat(mqtt.subscriptions()).containsExactly(TopicFilter.of("open/#"));
        mqtt.unsubscribe("open/#").block();
        assertThat(mqtt.subscriptions()).isEmpty();
    }

    @Test
    void whatNoServerWouldDeliverIsAnErrorOfTheTest() {
        FakeMqttClient mqtt = FakeMqttClient.connected();
        mqtt.subscribe("a", Qos.AT_LEAST_ONCE).subscribe();
        assertThatThrownBy(() -> mqtt.deliver("b", "x", Qos.AT_LEAST_ONCE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no subscription matches b; there are [a]");

        mqtt.loseConnection();
        assertThatThrownBy(() -> mqtt.deliver("a", "x", Qos.AT_LEAST_ONCE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not connected");
    }

    @Test
    void aKeptSessionKeepsMessagesUntilTheClientIsBack() {
        FakeMqttClient mqtt = connected(FakeMqttClientTest::keptSession);
        mqtt.subscribe("a", Qos.AT_LEAST_ONCE)
                .subscribe(received -> handled.add(received.payload().asUtf8()));
        mqtt.loseConnection();

        Delivery delivery = mqtt.deliver("a", "x", Qos.AT_LEAST_ONCE);
        assertThat(delivery.timesSent()).isZero();
        mqtt.advance(RECONNECT);

        assertThat(handled).containsExactly("x");
        assertThat(delivery.isAcknowledged()).isTrue();
    }

    @Test
    void theSessionEndsWhenItsTimeIsOver() {
        FakeMqttClient mqtt = connected(FakeMqttClientTest::keptSession);
        List<ClientEvent> events = new ArrayList<>();
        mqtt.events().subscribe(events::add);
        mqtt.serverReachable(false);
        mqtt.loseConnection();
        mqtt.advance(Duration.ofHours(2));
        mqtt.serverReachable(true);
        mqtt.advance(Duration.ofMinutes(2)); // the longest wait between attempts

        assertThat(events).contains(new ClientEvent.Connected("app", false));
    }

    @Test
    void aDisconnectByTheServerIsHeardWithItsReason() {
        FakeMqttClient mqtt = FakeMqttClient.connected();
        List<ClientEvent> events = new ArrayList<>();
        mqtt.events().subscribe(events::add);

        mqtt.disconnectByServer(ReasonCode.SERVER_SHUTTING_DOWN);

        assertThat(events).hasAtLeastOneElementOfType(ClientEvent.Disconnected.class);
        assertThat(events.toString()).contains("SERVER_SHUTTING_DOWN");
    }

    @Test
    void noMoreIsUnderWayThanTheReceiveMaximum() {
        FakeMqttClient mqtt = connected(options -> options.receiveMaximum(2));
        List<ReceivedMessage> inHand = new ArrayList<>();
        mqtt.subscribe(options -> options.filter("a").acknowledgement(AcknowledgementMode.BY_HAND))
                .subscribe(inHand::add);
        for (int i = 0; i < 5; i++) {
            mqtt.deliver("a", "" + i, Qos.AT_LEAST_ONCE);
        }
        assertThat(inHand).hasSize(2);

        inHand.get(0).acknowledge();

        assertThat(inHand).hasSize(3);
    }

    @Test
    void mqtt311IsTheSameButForWhatItCannotSay() {
        FakeMqttClient mqtt = connected(options -> options.protocolVersion(ProtocolVersion.MQTT_3_1_1)
                .clientIdentifier("app")
                .cleanSession(false));
        mqtt.subscribe("a", Qos.EXACTLY_ONCE).subscribe(received -> handled.add("a"));
        mqtt.loseConnection();
        Delivery delivery = mqtt.deliver("a", "x", Qos.EXACTLY_ONCE);
        mqtt.advance(RECONNECT);

        assertThat(handled).containsExactly("a");
        assertThat(delivery.acknowledgement()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(mqtt.unsubscribe("a").block()).isEqualTo(ReasonCode.SUCCESS);
    }

    @Test
    void handlersMayWorkOnOtherThreads() throws InterruptedException {
        FakeMqttClient mqtt = FakeMqttClient.connected();
        int count = 1_000;
        CountDownLatch answered = new CountDownLatch(count);
        mqtt.consume(
                        options -> options.filter("questions")
                                .qos(Qos.EXACTLY_ONCE)
                                .concurrency(16)
                                .orderedBy(question -> question),
                        question -> mqtt.publish(message("answers", Qos.EXACTLY_ONCE))
                                .subscribeOn(Schedulers.parallel())
                                .doOnSuccess(result -> answered.countDown()))
                .subscribe();
        List<Delivery> questions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            questions.add(mqtt.deliver("questions", "" + i, Qos.EXACTLY_ONCE));
        }

        assertThat(answered.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        mqtt.disconnect(PATIENCE).block(PATIENCE); // the last acknowledgements leave first
        assertThat(mqtt.published()).hasSize(count);
        assertThat(questions).allMatch(Delivery::isAcknowledged);
    }

    @Test
    void insideVirtualTimeTheClientLivesByTheSameClock() {
        StepVerifier.withVirtualTime(() -> {
                    FakeMqttClient mqtt = connected(FakeMqttClientTest::keptSession);
                    Flux<ClientEvent> events = mqtt.events();
                    return Mono.fromRunnable(mqtt::loseConnection)
                            .thenMany(Flux.empty())
                            .cast(ClientEvent.class)
                            .mergeWith(events.filter(event -> event instanceof ClientEvent.Connected)
                                    .next());
                })
                .thenAwait(RECONNECT)
                .expectNext(new ClientEvent.Connected("app", true))
                .expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void whatATestDoesHappensAfterWhatAnotherThreadHasBegun() {
        for (int i = 0; i < 500; i++) {
            FakeMqttClient mqtt = FakeMqttClient.connected();
            mqtt.publish(message("out", Qos.AT_LEAST_ONCE))
                    .subscribeOn(Schedulers.parallel())
                    .block(PATIENCE);
            mqtt.consume("a", Qos.AT_LEAST_ONCE, received -> Mono.empty()).subscribe();

            assertThat(mqtt.deliver("a", "x", Qos.AT_LEAST_ONCE).isAcknowledged())
                    .isTrue();
            mqtt.loseConnection();
            assertThat(mqtt.isConnected()).isFalse();
        }
    }

    @Test
    void aHandlerThatBlocksFailsAsOnARealEventLoop() {
        FakeMqttClient mqtt = FakeMqttClient.connected();
        List<Throwable> errors = new ArrayList<>();
        mqtt.consume("a", Qos.AT_LEAST_ONCE, received -> {
                    mqtt.publish(message("out", Qos.AT_LEAST_ONCE)).block();
                    return Mono.empty();
                })
                .subscribe(done -> {}, errors::add);

        Delivery delivery = mqtt.deliver("a", "x", Qos.AT_LEAST_ONCE);

        assertThat(errors).singleElement().isInstanceOf(IllegalStateException.class);
        assertThat(delivery.isAcknowledged()).isFalse();
    }

    @Test
    void aSessionWhoseTimeIsOverHasNoSubscriptions() {
        FakeMqttClient mqtt = connected(FakeMqttClientTest::keptSession);
        mqtt.subscribe("a", Qos.AT_LEAST_ONCE).subscribe();
        mqtt.disconnect().block(PATIENCE);
        assertThat(mqtt.subscriptions()).hasSize(1);

        mqtt.advance(Duration.ofHours(2));

        assertThat(mqtt.subscriptions()).isEmpty();
        assertThatThrownBy(() -> mqtt.deliver("a", "x", Qos.AT_LEAST_ONCE)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aServerMayGrantAShorterSession() {
        FakeMqttClient mqtt = FakeMqttClient.create(FakeMqttClientTest::keptSession);
        mqtt.answerConnect(answer -> answer.sessionExpiryIntervalSeconds(0));
        mqtt.connect().block(PATIENCE);
        mqtt.subscribe("a", Qos.AT_LEAST_ONCE).subscribe();

        mqtt.loseConnection();

        assertThat(mqtt.subscriptions()).isEmpty();
    }

    @Test
    void theReceiveMaximumDoesNotHoldQos0Back() {
        FakeMqttClient mqtt = connected(options -> options.receiveMaximum(1));
        mqtt.subscribe(options -> options.filter("a").acknowledgement(AcknowledgementMode.BY_HAND))
                .subscribe();
        mqtt.subscribe("b", Qos.AT_MOST_ONCE).subscribe(received -> handled.add("b"));
        mqtt.deliver("a", "1", Qos.AT_LEAST_ONCE);
        Delivery second = mqtt.deliver("a", "2", Qos.AT_LEAST_ONCE);

        mqtt.deliver("b", "x", Qos.AT_MOST_ONCE);

        assertThat(second.timesSent()).isZero();
        assertThat(handled).containsExactly("b");
    }

    @Test
    void aMessageExpiresWhileTheClientIsAway() {
        FakeMqttClient mqtt = connected(FakeMqttClientTest::keptSession);
        List<Duration> left = new ArrayList<>();
        mqtt.subscribe("a", Qos.AT_LEAST_ONCE)
                .subscribe(received -> left.add(received.message().properties().messageExpiryInterval()));
        mqtt.serverReachable(false);
        mqtt.loseConnection();
        Delivery shortLived = mqtt.deliver(expiring(Duration.ofSeconds(5)));
        mqtt.deliver(expiring(Duration.ofHours(1)));

        mqtt.advance(Duration.ofMinutes(1));
        mqtt.serverReachable(true);
        mqtt.advance(Duration.ofMinutes(2)); // the longest wait between attempts

        assertThat(shortLived.timesSent()).isZero();
        assertThat(left).singleElement().matches(interval -> interval.compareTo(Duration.ofMinutes(59)) <= 0);
    }

    private static ApplicationMessage expiring(Duration interval) {
        return ApplicationMessage.to("a")
                .qos(Qos.AT_LEAST_ONCE)
                .messageExpiryInterval(interval)
                .build();
    }

    @Test
    void anAnswerThatThrowsFailsTheTestAndLeavesTheOthersAlone() {
        FakeMqttClient mqtt = FakeMqttClient.connected();
        mqtt.answerPublish(message -> {
            if (message.payload().asUtf8().equals("1")) {
                throw new IllegalArgumentException("a mistake of the test");
            }
            return ReasonCode.SUCCESS;
        });
        List<PublishResult> results = new ArrayList<>();
        mqtt.publish(Flux.range(0, 5).map(i -> ApplicationMessage.of("out", "" + i, Qos.AT_LEAST_ONCE)))
                .subscribe(results::add);

        assertThat(results).hasSize(4);
        assertThatThrownBy(mqtt::published)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a mistake of the test");
        assertThat(mqtt.published()).hasSize(5);
    }

    @Test
    void mqtt311HasNoRefusalOfAMessage() {
        FakeMqttClient mqtt = connected(options -> options.protocolVersion(ProtocolVersion.MQTT_3_1_1));
        mqtt.refuseSubscription("a", ReasonCode.NOT_AUTHORIZED);
        StepVerifier.create(mqtt.subscribe("a", Qos.AT_LEAST_ONCE))
                .verifyErrorSatisfies(error -> assertThat(((RequestRefusedException) error).reasonCode())
                        .isEqualTo(ReasonCode.UNSPECIFIED_ERROR));

        mqtt.answerPublish(message -> ReasonCode.NOT_AUTHORIZED);
        mqtt.publish(message("out", Qos.AT_LEAST_ONCE)).subscribe();

        assertThatThrownBy(mqtt::published).hasMessageContaining("3.1.1");
    }

    @Test
    void aClientThatDoesNotReadGetsNothing() {
        FakeMqttClient mqtt = FakeMqttClient.connected();
        mqtt.subscribe(options -> options.filter("a").qos(Qos.AT_MOST_ONCE).buffer(1, Overflow.PAUSE_READING))
                .subscribe(new BaseSubscriber<>() {
                    @Override
                    protected void hookOnSubscribe(Subscription subscription) {} // asks for nothing
                });
        for (int i = 0; i < 10; i++) { // an answer is read behind some that have no room, but not behind as many
            mqtt.deliver("a", "" + i, Qos.AT_MOST_ONCE);
        }
        List<PublishResult> results = new ArrayList<>();

        mqtt.publish(message("out", Qos.AT_LEAST_ONCE)).subscribe(results::add);

        assertThat(mqtt.published()).hasSize(1);
        assertThat(results).isEmpty(); // PUBACK is not read
    }

    @Test
    void aServerAssignsAClientIdentifierToWhoHasNone() {
        FakeMqttClient mqtt = FakeMqttClient.create(options -> options.clientIdentifier(""));
        assertThat(mqtt.connect()
                        .map(result -> result.connAck().assignedClientIdentifier())
                        .block(PATIENCE))
                .isEqualTo("assigned");
    }

    @Test
    void timeDoesNotGoBack() {
        FakeMqttClient mqtt = FakeMqttClient.connected();
        assertThatThrownBy(() -> mqtt.advance(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aClientThatIsIdleForDaysStaysConnected() {
        FakeMqttClient mqtt = FakeMqttClient.connected();
        mqtt.advance(Duration.ofDays(2));
        assertThat(mqtt.isConnected()).isTrue();

        mqtt.disconnect().block();
        assertThat(mqtt.isConnected()).isFalse();
    }
}
