package io.reactivemqtt.rxjava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.PayloadCodec;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.store.InMemorySessionStore;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.functions.Function;
import io.reactivex.rxjava3.observers.TestObserver;
import io.reactivex.rxjava3.processors.ReplayProcessor;
import io.reactivex.rxjava3.subjects.CompletableSubject;
import io.reactivex.rxjava3.subscribers.TestSubscriber;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is peculiar to the RxJava face: demand, disposal, and handlers that are Completables. */
@MqttServer(ServerKind.ARTEMIS)
class RxMqttClientTest {

    private static final long PATIENCE_SECONDS = 20;

    private final URI server;
    private final RxMqttClient client;
    private final String topic = "rx/" + System.nanoTime();
    private final String clientIdentifier = "rx-" + System.nanoTime();

    RxMqttClientTest(RunningServer server) {
        this.server = server.uri();
        this.client = RxMqttClient.create(options -> options.server(server.uri())
                .clientIdentifier(clientIdentifier)
                .cleanSession(false)
                .sessionStore(new InMemorySessionStore()));
    }

    @AfterEach
    void disconnect() {
        client.disconnect().blockingAwait();
    }

    private ApplicationMessage message(String text) {
        return ApplicationMessage.of(topic, text, Qos.AT_LEAST_ONCE);
    }

    private void connect() {
        client.connect().ignoreElement().blockingAwait();
    }

    private void publish(String text) {
        client.publish(message(text)).ignoreElement().blockingAwait();
    }

    private TestSubscriber<ReceivedMessage> subscribed(long demand) {
        TestSubscriber<ReceivedMessage> messages = TestSubscriber.create(demand);
        CompletableSubject granted = CompletableSubject.create();
        client.subscribe(
                        options -> options.filter(topic).qos(Qos.AT_LEAST_ONCE).onGranted(code -> granted.onComplete()))
                .subscribe(messages);
        granted.blockingAwait();
        return messages;
    }

    @Test
    void aSubscriberGetsWhatItAsksForAndNoMore() {
        connect();
        TestSubscriber<ReceivedMessage> messages = subscribed(2);

        client.publish(Flowable.range(0, 5).map(i -> message("" + i))).blockingSubscribe();
        messages.awaitCount(2);
        assertThat(messages.values()).hasSize(2);

        messages.request(3);
        messages.awaitCount(5);
        assertThat(messages.values())
                .extracting(message -> message.payload().asUtf8())
                .containsExactly("0", "1", "2", "3", "4");
    }

    @Test
    void disposingOfASubscriptionUnsubscribes() {
        connect();
        TestSubscriber<ReceivedMessage> messages = subscribed(Long.MAX_VALUE);

        messages.cancel();
        publish("nobody is there");

        assertThat(messages.values()).isEmpty();
    }

    @Test
    void disposingOfAPublishCancelsItsSource() {
        connect();
        CompletableSubject subscribed = CompletableSubject.create();
        CompletableSubject cancelled = CompletableSubject.create();
        Flowable<ApplicationMessage> endless = Flowable.<ApplicationMessage>never()
                .doOnSubscribe(subscription -> subscribed.onComplete())
                .doOnCancel(cancelled::onComplete);

        Disposable publishing = client.publish(endless).subscribe();
        assertThat(subscribed.blockingAwait(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        publishing.dispose();

        assertThat(cancelled.blockingAwait(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    /** Starts to consume, and waits until the Server has granted it. */
    private TestObserver<Void> consuming(Function<ReceivedMessage, Completable> handler) {
        CompletableSubject granted = CompletableSubject.create();
        TestObserver<Void> consuming = client.consume(
                        options -> options.filter(topic).qos(Qos.AT_LEAST_ONCE).onGranted(code -> granted.onComplete()),
                        handler)
                .test();
        assertThat(granted.blockingAwait(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return consuming;
    }

    @Test
    void aMessageIsProcessedByACompletable() {
        connect();
        ReplayProcessor<String> processed = ReplayProcessor.create();
        TestObserver<Void> consuming = consuming(message -> Completable.timer(1, TimeUnit.MILLISECONDS)
                .doOnComplete(() -> processed.onNext(message.payload().asUtf8())));

        publish("once");

        assertThat(processed.timeout(PATIENCE_SECONDS, TimeUnit.SECONDS).blockingFirst())
                .isEqualTo("once");
        consuming.dispose();
    }

    @Test
    void aValueIsProcessedByACompletableAndWhatIsNoneGoesWhereThePolicySays() {
        connect();
        ReplayProcessor<String> processed = ReplayProcessor.create();
        CompletableSubject granted = CompletableSubject.create();
        TestObserver<Void> consuming = client.consume(
                        options -> options.filter(topic)
                                .qos(Qos.AT_LEAST_ONCE)
                                .onUndecodable(FailurePolicy.skip())
                                .onGranted(code -> granted.onComplete()),
                        new Numbers(),
                        (number, message) -> Completable.fromAction(
                                () -> processed.onNext(message.topicName() + "=" + (number + 1))))
                .test();
        assertThat(granted.blockingAwait(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

        publish("poison");
        publish("17");

        assertThat(processed.timeout(PATIENCE_SECONDS, TimeUnit.SECONDS).blockingFirst())
                .isEqualTo(topic + "=18");
        consuming.dispose();
    }

    /** Decimal numbers. */
    private static final class Numbers implements PayloadCodec<Integer> {

        @Override
        public Payload encode(Integer value) {
            return Payload.utf8(value.toString());
        }

        @Override
        public Integer read(ApplicationMessage message) {
            return Integer.valueOf(message.payload().asUtf8());
        }

        @Override
        public String contentType() {
            return "text/number";
        }

        @Override
        public boolean isUtf8Text() {
            return true;
        }
    }

    @Test
    void aHandlerThatThrowsEndsConsumingWithWhatItThrew() {
        connect();
        Exception thrown = new Exception("cannot");
        TestObserver<Void> consuming = consuming(message -> {
            throw thrown;
        });

        publish("poison");

        assertThat(consuming.awaitDone(PATIENCE_SECONDS, TimeUnit.SECONDS)).isSameAs(consuming);
        consuming.assertError(thrown);
    }

    @Test
    void consumingAFilterThatIsNoneIsRefusedAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.consume("a/#/b", Qos.AT_LEAST_ONCE, message -> Completable.complete()))
                .withMessageContaining("a/#/b");
    }

    @Test
    void whatIsEnqueuedHasAReceipt() {
        TestSubscriber<Long> receipts =
                client.receipts().map(PublishReceipt::key).test();

        long key = client.enqueue(message("later")).blockingGet();
        assertThat(client.inspectSession().blockingGet().waiting()).isEqualTo(1);
        connect();

        receipts.awaitCount(1).assertValue(key);
    }

    @Test
    void aReceiptHasTheReferenceAndIsToldUntilItIsAcknowledged() {
        connect();
        long key = client.enqueue(message("now"), "order 7").blockingGet();

        PublishReceipt receipt = client.receipts().blockingFirst();
        assertThat(receipt.key()).isEqualTo(key);
        assertThat(receipt.reference()).isEqualTo("order 7");
        assertThat(client.receipts().blockingFirst().key()).isEqualTo(key);
        receipt.acknowledge();

        client.receipts().test().assertNoValues();
    }

    @Test
    void aSavedSessionGoesOnInAnotherClient() {
        connect();
        String saved = client.saveSession().blockingGet();
        client.disconnect().blockingAwait();

        RxMqttClient later =
                RxMqttClient.create(options -> options.server(server).clientIdentifier(clientIdentifier));
        later.restoreSession(saved).blockingAwait();

        assertThat(later.connect().blockingGet().sessionPresent()).isTrue();
        later.disconnect().blockingAwait();
    }

    @Test
    void eventsTellOfTheConnection() {
        TestSubscriber<ClientEvent> events =
                client.events().ofType(ClientEvent.class).test();

        connect();

        events.awaitCount(1).assertValueAt(0, event -> event instanceof ClientEvent.Connected);
        assertThat(client.unsubscribe(topic).blockingGet().isError()).isFalse();
    }
}
