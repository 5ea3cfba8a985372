package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.publish1;
import static io.reactivemqtt.reactor.Messages.publish2;
import static io.reactivemqtt.reactor.Messages.qos1;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientEvent.MessageWithoutSubscriber;
import io.reactivemqtt.client.ClientEvent.MessagesNotTaken;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.exception.RequestRefusedException;
import io.reactivemqtt.exception.SubscriptionConflictException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.packet.Unsubscribe;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/** A QoS 1 or 2 message is acknowledged only if somebody has taken it: what an ordinary program drops on its way is handed back. */
class DeliveryRulesTest {

    private VirtualClient server = connected(true);
    private final List<String> handled = new ArrayList<>();

    private static VirtualClient connected(boolean kept) {
        return VirtualClient.connected(
                options -> options.cleanSession(!kept).keepAlive(Duration.ZERO).receiveMaximum(20));
    }

    private static Publish publish(String topic, Qos qos, int identifier) {
        return qos == Qos.AT_LEAST_ONCE ? publish1(topic, identifier) : publish2(topic, identifier);
    }

    private Function<ReceivedMessage, Mono<Void>> failingOnceOn(String topic) {
        return message -> {
            boolean fails = message.topicName().toString().equals(topic) && !handled.contains("failed " + topic);
            handled.add((fails ? "failed " : "") + message.topicName());
            return fails ? Mono.error(new IllegalStateException("once")) : Mono.empty();
        };
    }

    // ---- the words that are no acknowledgement

    @ParameterizedTest
    @CsvSource({"AT_LEAST_ONCE, true", "AT_LEAST_ONCE, false", "EXACTLY_ONCE, true", "EXACTLY_ONCE, false"})
    void aRetryHandlesWhatTheFirstAttemptHasNotSeenAndAcknowledgesNothingBefore(Qos qos, boolean kept) {
        server = connected(kept);
        server.client.consume("t/#", qos, failingOnceOn("t/1")).retry(1).subscribe();
        server.grants();

        server.sends(publish("t/1", qos, 1), publish("t/2", qos, 2), publish("t/3", qos, 3));

        assertThat(handled).containsExactly("failed t/1", "t/1", "t/2", "t/3");
        assertThat(server.sent().stream().map(Packet::type).map(Enum::name).distinct())
                .containsExactly(qos == Qos.AT_LEAST_ONCE ? "PUBACK" : "PUBREC"); // no UNSUBSCRIBE, no SUBSCRIBE
    }

    @ParameterizedTest
    @CsvSource({"AT_LEAST_ONCE, true", "AT_LEAST_ONCE, false", "EXACTLY_ONCE, true", "EXACTLY_ONCE, false"})
    void aRetryAfterAWhileFindsWhatWasHandedBack(Qos qos, boolean kept) {
        server = connected(kept);
        server.client
                .consume("t/#", qos, failingOnceOn("t/1"))
                .retryWhen(Retry.backoff(1, Duration.ofSeconds(1)).scheduler(server.scheduler()))
                .subscribe();
        server.grants();

        server.sends(publish("t/1", qos, 1), publish("t/2", qos, 2), publish("t/3", qos, 3));
        assertThat(server.acknowledged()).isEmpty();
        server.passes(Duration.ofSeconds(2));

        assertThat(handled).containsExactly("failed t/1", "t/1", "t/2", "t/3");
        assertThat(server.acknowledged()).containsExactly(1, 2, 3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDisposedHandlerAcknowledgesNothingAndUnsubscribesOnlyIfTheSessionEndsWithTheConnection(boolean kept) {
        server = connected(kept);
        Disposable consuming = server.client
                .consume("t/#", Qos.AT_LEAST_ONCE, message -> Mono.never())
                .subscribe();
        server.grants();
        server.sends(publish1("t/1", 1), publish1("t/2", 2), publish1("t/3", 3));

        consuming.dispose();

        List<Packet> sent = server.sent();
        assertThat(sent).hasSize(kept ? 0 : 1).allMatch(Unsubscribe.class::isInstance);
        sent.forEach(unsubscribe -> server.sends(
                new UnsubAck(((Unsubscribe) unsubscribe).packetIdentifier(), List.of(ReasonCode.SUCCESS))));
        assertThat(server.acknowledged()).isEmpty();

        server.client.consume("t/#", Qos.AT_LEAST_ONCE, failingOnceOn("none")).subscribe();
        assertThat(handled).containsExactly("t/1", "t/2", "t/3");
        assertThat(server.acknowledged()).containsExactly(1, 2, 3);
    }

    private static final List<Function<Flux<ReceivedMessage>, Flux<?>>> ENDINGS = List.of(
            messages -> messages.take(1),
            messages -> messages.next().flux(),
            messages -> messages.takeUntil(message -> true),
            messages -> messages.map(message -> {
                throw new IllegalStateException("downstream");
            }),
            messages -> messages.concatMap(message -> Mono.error(new IllegalStateException("downstream"))),
            messages -> messages.switchMap(message -> Mono.error(new IllegalStateException("downstream"))),
            messages -> messages.timeout(
                    Flux.never(), message -> Mono.empty())); // the time-out of the first message is over at once

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void whateverEndsAStreamOnlyWhatItHasTakenIsAcknowledged(int ending) {
        for (Qos qos : List.of(Qos.AT_LEAST_ONCE, Qos.EXACTLY_ONCE)) {
            server = connected(true);
            ENDINGS.get(ending).apply(server.client.subscribe("t/#", qos)).subscribe(message -> {}, error -> {});
            server.grants();

            server.sends(publish("t/1", qos, 1), publish("t/2", qos, 2), publish("t/3", qos, 3));

            assertThat(server.acknowledged()).containsExactly(1);
            assertThat(server.events())
                    .noneMatch(event -> event instanceof MessageWithoutSubscriber told && !told.held());
            List<String> later = new ArrayList<>();
            server.client.subscribe("t/#", qos).subscribe(message -> later.add("" + message.topicName()));
            assertThat(later).containsExactly("t/2", "t/3");
            assertThat(server.acknowledged()).containsExactly(2, 3);
        }
    }

    @Test
    void whatNobodyTookComesAgainInTheNextConnection() {
        server.client.subscribe("t/#", Qos.AT_LEAST_ONCE).take(1).subscribe();
        server.grants();
        server.sends(publish1("t/1", 1), publish1("t/2", 2));
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        server.accept(true);
        server.sends(new Publish(publish1("t/2", 2).message(), 2, true));

        server.client.consume("t/#", Qos.AT_LEAST_ONCE, failingOnceOn("none")).subscribe();

        assertThat(handled).containsExactly("t/2");
    }

    // ---- another subscriber

    @ParameterizedTest
    @EnumSource(value = Qos.class, names = "AT_MOST_ONCE", mode = EnumSource.Mode.EXCLUDE)
    void aMessageThatAnotherSubscriberHasTakenHoldsNobodyBackThoughOneFailedWithIt(Qos qos) {
        List<String> logged = new ArrayList<>();
        server.client.subscribe("t/#", qos).subscribe(message -> logged.add("" + message.topicName()));
        server.client
                .consume("t/x", qos, message -> Mono.error(new IllegalStateException("always")))
                .subscribe(done -> {}, error -> {});
        server.grants();

        server.sends(publish("t/x", qos, 1));
        assertThat(server.acknowledged()).isEmpty(); // there is time: the failed one may come back
        List<Integer> acknowledged = new ArrayList<>();
        for (int i = 2; i <= 101; i++) {
            server.sends(publish("t/y", qos, i));
            acknowledged.addAll(server.acknowledged());
        }

        assertThat(logged).hasSize(101);
        assertThat(acknowledged).hasSize(101).startsWith(1).endsWith(101);
    }

    @Test
    void aMessageThatWasLetGoForOthersStillReachesTheSubscriberThatFailedWithIt() {
        server.client.subscribe("t/#", Qos.AT_LEAST_ONCE).subscribe();
        server.client.consume("t/x", Qos.AT_LEAST_ONCE, failingOnceOn("t/x")).subscribe(done -> {}, error -> {});
        server.grants();
        server.sends(publish1("t/x", 1));
        IntStream.rangeClosed(2, 20).forEach(i -> server.sends(publish1("t/y", i)));

        server.client.consume("t/x", Qos.AT_LEAST_ONCE, failingOnceOn("t/x")).subscribe();

        assertThat(handled).containsExactly("failed t/x", "t/x");
    }

    @Test
    void whatIsHandedBackGoesToASubscriberThatHasNotHadIt() {
        List<ReceivedMessage> hers = new ArrayList<>();
        server.client
                .subscribe(options ->
                        options.filter("t/x").qos(Qos.AT_LEAST_ONCE).acknowledgement(AcknowledgementMode.BY_HAND))
                .subscribe(hers::add);
        server.grants();
        server.sends(publish1("t/x", 1));
        server.client.consume("t/#", Qos.AT_LEAST_ONCE, failingOnceOn("none")).subscribe();
        server.grants();
        assertThat(handled).isEmpty();

        hers.get(0).handBack();

        assertThat(handled).containsExactly("t/x");
        assertThat(server.acknowledged()).containsExactly(1);
    }

    // ---- the bound

    @ParameterizedTest
    @ValueSource(strings = {"t/x", "t/#"})
    void whatTwoSubscriptionsHandBackComesOnceToTheNextSubscriberOfBoth(String next) {
        Disposable one = server.client
                .consume("t/x", Qos.EXACTLY_ONCE, message -> Mono.never())
                .subscribe();
        Disposable other = server.client
                .consume("t/#", Qos.EXACTLY_ONCE, message -> Mono.never())
                .subscribe();
        server.grants();
        server.sends(new Publish(Messages.qos2("t/x"), 1, false, Publish.NO_TOPIC_ALIAS, List.of(1, 2)));
        one.dispose();
        other.dispose();

        server.client.consume(next, Qos.EXACTLY_ONCE, failingOnceOn("none")).subscribe();
        assertThat(handled).containsExactly("t/x");
        server.client
                .consume(next.equals("t/x") ? "t/#" : "t/x", Qos.EXACTLY_ONCE, failingOnceOn("none"))
                .subscribe();
        assertThat(handled).containsExactly("t/x", "t/x");
        assertThat(server.acknowledged()).containsExactly(1);
    }

    @Test
    void whatNobodyTakesGivesTheConnectionUpAndTheWaitDoubles() {
        Disposable consuming = server.client
                .consume("t", Qos.AT_LEAST_ONCE, message -> Mono.never())
                .subscribe();
        server.grants();
        server.sends(publish1("t", 1));
        consuming.dispose();
        server.events();

        server.passes(Duration.ofSeconds(59));
        assertThat(server.hasConnection()).isTrue();
        server.passes(Duration.ofSeconds(1));

        assertThat(server.sent()).containsExactly(new Disconnect(ReasonCode.SUCCESS));
        assertThat(server.events()).contains(new MessagesNotTaken(TopicFilter.of("t"), 1, Duration.ofMinutes(1)));
        server.passes(Duration.ofSeconds(1));
        server.accept(true);
        server.sends(new Publish(publish1("t", 1).message(), 1, true));
        server.passes(Duration.ofSeconds(119));
        assertThat(server.hasConnection()).isTrue();
        server.passes(Duration.ofSeconds(61));
        assertThat(server.events()).contains(new MessagesNotTaken(TopicFilter.of("t"), 1, Duration.ofMinutes(2)));
    }

    @Test
    void aSubscriptionThatNoCodeOfThisProcessAsksForIsEndedAndItsMessagesAreAcknowledged() {
        GatedStore store = new GatedStore();
        VirtualClient earlier = VirtualClient.connected(
                options -> options.cleanSession(false).keepAlive(Duration.ZERO).sessionStore(store));
        earlier.client.subscribe("old/#", Qos.AT_LEAST_ONCE).subscribe();
        earlier.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1)));
        server = VirtualClient.create(
                options -> options.cleanSession(false).keepAlive(Duration.ZERO).sessionStore(store));
        server.client.connect().subscribe();
        server.accept(true);
        server.client.subscribe("new", Qos.AT_LEAST_ONCE).subscribe(message -> handled.add("new"));
        server.grants();
        server.sends(publish1("old/1", 1), publish1("new", 2));
        assertThat(server.acknowledged()).isEmpty();

        server.passes(Duration.ofMinutes(1));
        assertThat(server.sent()).singleElement().isInstanceOfSatisfying(Unsubscribe.class, unsubscribe -> {
            assertThat(unsubscribe.topicFilters()).containsExactly(TopicFilter.of("old/#"));
            server.sends(new UnsubAck(unsubscribe.packetIdentifier(), List.of(ReasonCode.SUCCESS)));
        });

        assertThat(server.acknowledged()).containsExactly(1, 2);
        assertThat(server.events()).contains(new ClientEvent.SubscriptionUnclaimed(TopicFilter.of("old/#"), 1));
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void aMessageOfTwoSubscriptionsStaysWhenOneOfThemEnds(ProtocolVersion version) {
        server = VirtualClient.connected(
                options -> options.protocolVersion(version).cleanSession(false).keepAlive(Duration.ZERO));
        Disposable wide = server.client.subscribe("a/#", Qos.AT_LEAST_ONCE).subscribe();
        Disposable narrow = server.client.subscribe("a/b", Qos.AT_LEAST_ONCE).subscribe();
        server.grants();
        wide.dispose();
        narrow.dispose();
        List<Integer> identifiers = version == ProtocolVersion.MQTT_5_0 ? List.of(1, 2) : List.of();
        server.sends(new Publish(qos1("a/b"), 1, false, 0, identifiers));
        server.client.unsubscribe("a/b").subscribe();
        server.grants();
        server.events();

        server.passes(Duration.ofMinutes(1));
        assertThat(server.sent()).containsExactly(new Disconnect(ReasonCode.SUCCESS));
        assertThat(server.events()).contains(new MessagesNotTaken(TopicFilter.of("a/#"), 1, Duration.ofMinutes(1)));

        server.passes(Duration.ofSeconds(1));
        server.accept(true);
        server.client.subscribe("a/#", Qos.AT_LEAST_ONCE).subscribe(message -> handled.add("a/#"));
        server.sends(new Publish(qos1("a/b"), 1, true, 0, identifiers));
        assertThat(handled).containsExactly("a/#");
        assertThat(server.acknowledged()).containsExactly(1);
    }

    // ---- operators that fetch ahead

    @Test
    void whatAnOperatorHasFetchedAheadIsHandedBackWhenItIsCancelled() {
        Queue<Runnable> worker = new ConcurrentLinkedQueue<>();
        server.client
                .subscribe(options ->
                        options.filter("t").qos(Qos.AT_LEAST_ONCE).acknowledgement(AcknowledgementMode.BY_HAND))
                .publishOn(Schedulers.fromExecutor(worker::add))
                .doOnNext(ReceivedMessage::acknowledge)
                .take(1)
                .subscribe(message -> handled.add("first"));
        server.grants();
        for (int i = 1; i <= 10; i++) {
            server.sends(publish1("t", i));
        }

        server.fromAnotherThread(() -> {
            for (Runnable task = worker.poll(); task != null; task = worker.poll()) {
                task.run();
            }
        });
        assertThat(server.acknowledged()).containsExactly(1);
        server.client.subscribe("t", Qos.AT_LEAST_ONCE).subscribe(message -> handled.add("later"));

        assertThat(server.acknowledged()).containsExactly(2, 3, 4, 5, 6, 7, 8, 9, 10);
        assertThat(handled).hasSize(10);
    }

    @Test
    void whatALeavingSubscriberKeepsInHandIsHandedBackAfterAWhile() {
        List<ReceivedMessage> kept = new ArrayList<>();
        Disposable subscriber = server.client
                .subscribe(options ->
                        options.filter("t").qos(Qos.AT_LEAST_ONCE).acknowledgement(AcknowledgementMode.BY_HAND))
                .subscribe(kept::add);
        server.grants();
        server.sends(publish1("t", 1), publish1("t", 2));
        subscriber.dispose();
        server.client.subscribe("t", Qos.AT_LEAST_ONCE).subscribe(message -> handled.add("later"));
        assertThat(handled).isEmpty(); // it may still be at work

        kept.get(0).acknowledge();
        assertThat(server.acknowledged()).containsExactly(1);
        server.passes(Duration.ofMinutes(1));

        assertThat(handled).containsExactly("later");
        assertThat(server.acknowledged()).containsExactly(2);
    }

    // ---- subscribers that break the rules

    @Test
    void anErrorOfOneSubscriberEndsItsStreamAloneAndItsMessageIsHandedBack() {
        List<Throwable> errors = new ArrayList<>();
        server.client.subscribe("a", Qos.AT_LEAST_ONCE).subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnNext(ReceivedMessage message) {
                throw new NoSuchMethodError("of another version");
            }

            @Override
            protected void hookOnError(Throwable error) {
                errors.add(error);
            }
        });
        server.client.subscribe("b", Qos.AT_LEAST_ONCE).subscribe(message -> handled.add("b"));
        server.grants();

        server.sends(publish1("b", 1), publish1("a", 2), publish1("b", 3));

        assertThat(errors).singleElement().isInstanceOf(NoSuchMethodError.class);
        assertThat(handled).hasSize(2);
        assertThat(server.acknowledged()).containsExactly(1);
        server.client.subscribe("a", Qos.AT_LEAST_ONCE).subscribe(message -> handled.add("a"));
        assertThat(handled).containsExactly("b", "b", "a");
        assertThat(server.acknowledged()).containsExactly(2, 3);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void ASubscriberThatAsksForLessThanOneMessageEndsWithAnError(long demand) {
        List<Throwable> errors = new ArrayList<>();
        server.client.subscribe("a", Qos.AT_LEAST_ONCE).subscribe(new reactor.core.CoreSubscriber<>() {
            @Override
            public void onSubscribe(org.reactivestreams.Subscription subscription) {
                subscription.request(demand);
            }

            @Override
            public void onNext(ReceivedMessage message) {}

            @Override
            public void onError(Throwable error) {
                errors.add(error);
            }

            @Override
            public void onComplete() {}
        });

        assertThat(errors).singleElement().isInstanceOf(IllegalArgumentException.class);
    }

    // ---- one subscription of several subscribers

    @Test
    void aSecondSubscriberWithOtherOptionsIsRefusedAndTheFirstGoesOn() {
        server.client
                .subscribe(options -> options.filter("t").noLocal(true))
                .subscribe(message -> handled.add("first"));
        server.grants();
        List<Throwable> errors = new ArrayList<>();

        server.client.subscribe("t", Qos.AT_LEAST_ONCE).subscribe(message -> {}, errors::add);

        assertThat(errors)
                .singleElement()
                .isInstanceOfSatisfying(SubscriptionConflictException.class, error -> assertThat(error)
                        .hasMessageContaining("No Local 1"));
        assertThat(server.sent()).isEmpty();
        server.sends(publish1("t", 1));
        assertThat(handled).containsExactly("first");
    }

    @Test
    void aRetainedMessageGoesOnlyToTheSubscriberBecauseOfWhomTheServerSendsIt() {
        List<String> received = new ArrayList<>();
        server.client.subscribe("t", Qos.AT_MOST_ONCE).subscribe(message -> received.add("first"));
        server.grants();
        server.client.subscribe("t", Qos.AT_LEAST_ONCE).subscribe(message -> received.add("second")); // a higher QoS
        server.grants();

        server.sends(new Publish(
                io.reactivemqtt.ApplicationMessage.to("t")
                        .qos(Qos.AT_LEAST_ONCE)
                        .retain(true)
                        .build(),
                1,
                false));
        assertThat(received).containsExactly("second");
        server.sends(publish1("t", 2));

        assertThat(received).containsExactly("second", "first", "second");
    }

    @Test
    void anOnlookerHoldsNoAcknowledgementBack() {
        Flux<ReceivedMessage> onlooker =
                server.client.subscribe(options -> options.filter("t").acknowledgement(AcknowledgementMode.WITHOUT_ME));
        onlooker.subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {} // stuck
        });
        server.client.subscribe("t", Qos.AT_LEAST_ONCE).subscribe(message -> handled.add("t"));
        server.grants();

        for (int i = 1; i <= 2000; i++) {
            server.sends(publish1("t", i));
        }

        assertThat(handled).hasSize(2000);
        assertThat(server.acknowledged()).hasSize(2000);
    }

    @Test
    void aSubscriptionThatIsNotGrantedAgainEndsItsSubscribers() {
        List<Throwable> errors = new ArrayList<>();
        server.client.subscribe("t", Qos.AT_LEAST_ONCE).subscribe(message -> {}, errors::add);
        server.grants();
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        server.opens();
        server.sent();
        server.sends(ConnAck.accepted(false));
        Subscribe again = (Subscribe) server.sent().get(0);

        server.sends(new SubAck(again.packetIdentifier(), List.of(ReasonCode.NOT_AUTHORIZED)));

        assertThat(errors).singleElement().isInstanceOfSatisfying(RequestRefusedException.class, error -> assertThat(
                        error.reasonCode())
                .isEqualTo(ReasonCode.NOT_AUTHORIZED));
    }

    // ---- Subscription Identifiers

    @Test
    void anIdentifierOfAnEarlierProcessBelongsToNobodyElse() {
        GatedStore store = new GatedStore();
        VirtualClient earlier = VirtualClient.connected(
                options -> options.cleanSession(false).keepAlive(Duration.ZERO).sessionStore(store));
        earlier.client.subscribe("a/#", Qos.AT_LEAST_ONCE).subscribe();
        earlier.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1)));
        server = VirtualClient.create(
                options -> options.cleanSession(false).keepAlive(Duration.ZERO).sessionStore(store));
        server.client.connect().subscribe();
        server.accept(true);

        server.client.subscribe("a/b", Qos.AT_LEAST_ONCE).subscribe(message -> handled.add("a/b"));
        server.sends(new Publish(publish1("a/b", 1).message(), 1, false, 0, List.of(1)));
        server.client.subscribe("a/#", Qos.AT_LEAST_ONCE).subscribe(message -> handled.add("a/#"));

        assertThat(server.sent().stream().filter(Subscribe.class::isInstance))
                .extracting(packet -> ((Subscribe) packet).subscriptionIdentifier())
                .containsExactly(2, 1);
        assertThat(handled).containsExactly("a/b", "a/#");
    }

    @ParameterizedTest
    @ValueSource(strings = {"$queue/t", "$exclusive/t"})
    void aFilterWithAWordOfTheServersOwnIsKnownByItsIdentifier(String topicFilter) {
        server.client.subscribe(topicFilter, Qos.AT_LEAST_ONCE).subscribe(message -> handled.add("t"));
        server.grants();

        server.sends(new Publish(publish1("t", 1).message(), 1, false, 0, List.of(1)));

        assertThat(handled).containsExactly("t");
        assertThat(server.acknowledged()).containsExactly(1);
    }

    @Test
    void aMessageThatIsLeftInHandKeepsNoOthersInMemory() {
        List<WeakReference<ReceivedMessage>> taken = new ArrayList<>();
        server.client
                .subscribe(options -> options.filter("t").acknowledgement(AcknowledgementMode.BY_HAND))
                .subscribe(message -> {
                    taken.add(new WeakReference<>(message));
                    if (taken.size() > 1) {
                        message.acknowledge();
                    }
                });
        server.grants();
        server.sends(publish1("t", 1));
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        server.accept(true);
        server.sends(new Publish(publish1("t", 1).message(), 1, true));
        for (int i = 0; i < 1_000; i++) {
            server.sends(publish1("t", 2));
        }
        System.gc();

        assertThat(taken.stream().filter(message -> message.get() != null)).hasSizeLessThan(100);
    }
}
