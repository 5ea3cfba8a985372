package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.Backoff;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.client.SubscribeOptions.Overflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Programs that subscribe, stall, fail, cancel, disconnect and come back at random, over a network that is cut at random: nothing is
 * acknowledged that nobody has taken, acknowledgements leave in order, and once there are subscribers that work, every message has been
 * taken. The number of a failing case is its seed, and plays it again.
 */
class RandomProgramsTest {

    private static final int SEEDS = 500;
    private static final int STEPS = 150;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final List<String> FILTERS = List.of("t/a", "t/b", "t/+", "u/#");
    private static final List<String> TOPICS = List.of("t/a", "t/b", "t/c", "u", "u/x");

    static LongStream seeds() {
        return LongStream.rangeClosed(1, SEEDS);
    }

    private final List<Throwable> dropped = new ArrayList<>();
    private final List<Program> programs = new ArrayList<>();
    private final List<ReceivedMessage> repeated = new ArrayList<>();
    private final Set<String> taken = new HashSet<>();
    private final Set<String> published = new HashSet<>();
    private Random random = new Random();
    private boolean onlookers;
    private int lastNumber;
    private VirtualClient client = VirtualClient.create();
    private KeepingServer server = new KeepingServer(client, this::acknowledged);

    @BeforeEach
    void hook() {
        Hooks.onErrorDropped(dropped::add);
    }

    @AfterEach
    void unhook() {
        Hooks.resetOnErrorDropped();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsAcknowledgedWasTakenAndWhatWasPublishedIsTakenInTheEnd(long seed) {
        begin(seed);
        for (int step = 0; step < STEPS; step++) {
            step();
            server.answer();
            noticeOnlookers();
        }
        programs.forEach(Program::end);
        FILTERS.forEach(
                filter -> client.client.subscribe(filter, Qos.EXACTLY_ONCE).subscribe(this::take));
        for (int minute = 0; minute < 180 && !server.unacknowledged().isEmpty(); minute++) {
            server.answer();
            client.passes(Duration.ofMinutes(1));
        }

        assertThat(server.unacknowledged()).isEmpty();
        assertThat(taken).containsAll(published);
        assertThat(repeated).isEmpty();
        assertThat(dropped).allMatch(Failure.class::isInstance);
        assertThat(server.unsubscribed()).isZero();
    }

    private void begin(long seed) {
        random = new Random(seed);
        onlookers = seed % 3 == 0;
        client = VirtualClient.create(options -> options.cleanSession(false)
                .keepAlive(Duration.ZERO)
                .receiveMaximum(random.nextBoolean() ? 5 : 1_000)
                .reconnect(
                        ReconnectPolicy.builder().backoff(Backoff.fixed(SECOND)).build()));
        server = new KeepingServer(client, this::acknowledged);
        client.client.connect().subscribe();
        client.passes(Duration.ZERO);
    }

    private void step() {
        if (random.nextInt(60) == 0) {
            client.client.disconnect(Duration.ofSeconds(random.nextInt(3))).subscribe();
            client.client.connect().subscribe(); // which waits for that
            client.passes(Duration.ofSeconds(3));
            programs.forEach(program -> program.disconnected = true);
            return;
        }
        switch (random.nextInt(12)) {
            case 0, 1 -> programs.add(program());
            case 2 -> client.passes(Duration.ofMillis(random.nextInt(100_000)));
            case 3 -> {
                if (client.hasConnection()) {
                    client.cuts();
                }
            }
            case 4, 5, 6 -> publish();
            default -> {
                if (!programs.isEmpty()) {
                    programs.get(random.nextInt(programs.size())).step();
                }
            }
        }
    }

    private void publish() {
        List<ApplicationMessage> messages = new ArrayList<>();
        for (int i = random.nextInt(8); i >= 0; i--) {
            Qos qos = random.nextBoolean() ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE;
            messages.add(ApplicationMessage.of(TOPICS.get(random.nextInt(TOPICS.size())), "" + ++lastNumber, qos));
        }
        server.publishes(messages)
                .forEach(message -> published.add(message.payload().asUtf8()));
    }

    private void take(ReceivedMessage message) {
        taken.add(message.payload().asUtf8());
    }

    /** A stream gets a message once, at QoS 1 more often if the Server sends it again. */
    private void noticeRepetition(Set<String> had, ReceivedMessage message) {
        String number = message.payload().asUtf8();
        if (!had.add(number) && (message.qos() == Qos.EXACTLY_ONCE || !server.hasSentAgain(number))) {
            repeated.add(message);
        }
    }

    /** What only onlookers are there for is acknowledged, if not at once; that is what WITHOUT_ME says. */
    private void noticeOnlookers() {
        server.unacknowledged().forEach(message -> {
            if (hasOnlyOnlookers(message.topicName())) {
                taken.add(message.payload().asUtf8());
            }
        });
    }

    private void acknowledged(ApplicationMessage message) {
        noticeOnlookers();
        assertThat(taken)
                .as("taken when a message to %s is acknowledged; %s", message.topicName(), story())
                .contains(message.payload().asUtf8());
    }

    private String story() {
        return programs + "\n" + client.events().stream().map(Object::toString).collect(Collectors.joining("\n"));
    }

    /** Tells whether one of the subscriptions that {@code topicName} belongs to has nobody but onlookers. */
    private boolean hasOnlyOnlookers(TopicName topicName) {
        return programs.stream()
                .filter(program -> program.wants(topicName))
                .collect(Collectors.groupingBy(program -> program.filter))
                .values()
                .stream()
                .anyMatch(sharers -> sharers.stream().allMatch(Onlooker.class::isInstance));
    }

    // ---- programs

    private Program program() {
        String filter = FILTERS.get(random.nextInt(FILTERS.size()));
        return switch (random.nextInt(onlookers ? 5 : 4)) {
            case 0 -> new Taker(filter);
            case 1 -> new ByHand(filter);
            case 2 -> new Handler(filter, false);
            case 3 -> new Handler(filter, true);
            default -> new Onlooker(filter);
        };
    }

    /** What a program throws. */
    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** A part of an application. */
    private abstract static class Program {

        private final TopicFilter filter;

        /** Whether the client was told to disconnect since: what is left are handlers at work. */
        boolean disconnected;

        Program(String filter) {
            this.filter = TopicFilter.of(filter);
        }

        @Override
        public String toString() {
            return getClass().getSimpleName() + " " + filter + (isSubscribed() ? "" : " (over)");
        }

        boolean wants(TopicName topicName) {
            return !disconnected && isSubscribed() && filter.matches(topicName);
        }

        abstract boolean isSubscribed();

        /** Does what comes to its mind. */
        abstract void step();

        abstract void end();
    }

    /** Takes a few messages at a time. */
    private final class Taker extends Program {

        private final Set<String> had = new HashSet<>();
        private final BaseSubscriber<ReceivedMessage> subscriber = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                step();
            }

            @Override
            protected void hookOnNext(ReceivedMessage message) {
                noticeRepetition(had, message);
                take(message); // an error after it is no other than a cancel: BaseSubscriber makes one of it
                if (random.nextInt(10) == 0) {
                    throw new Failure();
                }
                if (random.nextInt(20) == 0) {
                    cancel();
                }
            }

            @Override
            protected void hookOnError(Throwable error) {} // it is over
        };

        Taker(String filter) {
            super(filter);
            client.client.subscribe(filter, Qos.EXACTLY_ONCE).subscribe(subscriber);
        }

        @Override
        boolean isSubscribed() {
            return !subscriber.isDisposed();
        }

        @Override
        void step() {
            if (random.nextInt(5) > 0) {
                subscriber.request(1 + random.nextInt(3));
            } else {
                subscriber.cancel();
            }
        }

        @Override
        void end() {
            subscriber.cancel();
        }
    }

    /** Looks on from behind the others, and takes nothing. */
    private final class Onlooker extends Program {

        private final BaseSubscriber<ReceivedMessage> subscriber = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {} // stuck
        };

        Onlooker(String filter) {
            super(filter);
            client.client
                    .subscribe(options -> options.filter(filter)
                            .qos(Qos.EXACTLY_ONCE)
                            .acknowledgement(AcknowledgementMode.WITHOUT_ME)
                            .buffer(2, Overflow.DROP_OLDEST))
                    .subscribe(subscriber);
        }

        @Override
        boolean isSubscribed() {
            return !subscriber.isDisposed();
        }

        @Override
        void step() {
            if (random.nextInt(4) == 0) {
                subscriber.cancel();
            }
        }

        @Override
        void end() {
            subscriber.cancel();
        }
    }

    /** Acknowledges some messages, hands others back, and forgets the rest. */
    private final class ByHand extends Program {

        private final List<ReceivedMessage> held = new ArrayList<>();
        private final Disposable subscription;

        ByHand(String filter) {
            super(filter);
            subscription = client.client
                    .subscribe(options ->
                            options.filter(filter).qos(Qos.EXACTLY_ONCE).acknowledgement(AcknowledgementMode.BY_HAND))
                    .subscribe(held::add, error -> {});
        }

        @Override
        boolean isSubscribed() {
            return !subscription.isDisposed();
        }

        @Override
        void step() {
            if (random.nextInt(6) == 0) {
                subscription.dispose();
            } else if (!held.isEmpty()) {
                ReceivedMessage message = held.remove(random.nextInt(held.size()));
                if (random.nextInt(4) == 0) {
                    message.handBack();
                } else {
                    take(message);
                    message.acknowledge();
                }
            }
        }

        @Override
        void end() {
            subscription.dispose();
        }
    }

    /** Processes messages, or batches of them, for a while, and fails now and then. */
    private final class Handler extends Program {

        private record Work(List<ReceivedMessage> messages, Sinks.Empty<Void> end) {}

        private final List<Work> working = new ArrayList<>();
        private final boolean skips = random.nextInt(4) == 0;
        private final Disposable subscription;

        Handler(String filter, boolean batches) {
            super(filter);
            FailurePolicy last = skips ? FailurePolicy.skip() : FailurePolicy.stop();
            FailurePolicy policy = random.nextBoolean()
                    ? last
                    : skips
                            ? FailurePolicy.retry(1, Backoff.fixed(SECOND)).thenSkip()
                            : FailurePolicy.retry(1, Backoff.fixed(SECOND)).thenStop();
            int concurrency = 1 + random.nextInt(4);
            Mono<Void> consuming = batches
                    ? client.client.consumeBatches(
                            options -> options.filter(filter)
                                    .qos(Qos.EXACTLY_ONCE)
                                    .upTo(1 + random.nextInt(4), Duration.ofSeconds(2))
                                    .onFailure(policy),
                            this::work)
                    : client.client.consume(
                            options -> options.filter(filter)
                                    .qos(Qos.EXACTLY_ONCE)
                                    .concurrency(concurrency)
                                    .onFailure(policy),
                            message -> work(List.of(message)));
            subscription = consuming.retry(random.nextInt(3)).subscribe(done -> {}, error -> {});
        }

        private Mono<Void> work(List<ReceivedMessage> messages) {
            int how = random.nextInt(12);
            if (how == 0) {
                return fails(messages, true);
            }
            if (how == 1) {
                return fails(messages, false);
            }
            Work work = new Work(List.copyOf(messages), Sinks.empty());
            working.add(work);
            return work.end.asMono();
        }

        private Mono<Void> fails(List<ReceivedMessage> messages, boolean throwing) {
            disposeOf(messages);
            if (throwing) {
                throw new Failure();
            }
            return Mono.error(new Failure());
        }

        /** A message that a handler fails with is disposed of if the policy says so. */
        private void disposeOf(List<ReceivedMessage> messages) {
            if (skips) {
                messages.forEach(RandomProgramsTest.this::take);
            }
        }

        @Override
        boolean isSubscribed() {
            return !subscription.isDisposed();
        }

        @Override
        void step() {
            if (random.nextInt(10) == 0) {
                subscription.dispose();
            } else if (!working.isEmpty()) {
                Work work = working.remove(random.nextInt(working.size()));
                if (work.end.currentSubscriberCount() == 0) {
                    return; // it was cancelled
                }
                if (random.nextInt(4) == 0) {
                    disposeOf(work.messages);
                    work.end.tryEmitError(new Failure());
                } else {
                    work.messages.forEach(RandomProgramsTest.this::take);
                    work.end.tryEmitEmpty();
                }
            }
        }

        @Override
        void end() {
            subscription.dispose();
        }
    }
}
