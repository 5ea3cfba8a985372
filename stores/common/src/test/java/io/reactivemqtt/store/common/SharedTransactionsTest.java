package io.reactivemqtt.store.common;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.store.common.SharedTransactions.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** What is appended while a group is committed is the next group. */
class SharedTransactionsTest {

    private static final int ALONE = 1;
    private static final int MOST_WORKS = 3;
    private static final long MOST_WEIGHT = 10;

    private final List<Transaction> transactions = new ArrayList<>();
    private final SharedTransactions<String> commit =
            new SharedTransactions<>(ALONE, MOST_WORKS, MOST_WEIGHT, String::length, Transaction::new);

    /** A group that the test ends. */
    private final class Transaction implements Publisher<Failure<String>> {
        private final List<String> works;
        private @Nullable Subscriber<? super Failure<String>> subscriber;

        Transaction(List<String> works) {
            this.works = works;
        }

        @Override
        public void subscribe(Subscriber<? super Failure<String>> committing) {
            subscriber = committing;
            transactions.add(this);
            committing.onSubscribe(new Subscription() {
                @Override
                public void request(long count) {}

                @Override
                public void cancel() {}
            });
        }

        Subscriber<? super Failure<String>> subscriber() {
            return Objects.requireNonNull(subscriber);
        }
    }

    /** Who has appended. */
    private static class Caller implements Subscriber<Void> {
        private @Nullable Subscription subscription;
        private String end = "";

        @Override
        public void onSubscribe(Subscription toCancel) {
            subscription = toCancel;
        }

        @Override
        public void onNext(Void nothing) {
            throw new AssertionError("there is nothing to emit");
        }

        @Override
        public void onError(Throwable failure) {
            end += "failed: " + failure.getMessage();
        }

        @Override
        public void onComplete() {
            end += "durable";
        }

        void cancel() {
            Objects.requireNonNull(subscription).cancel();
        }
    }

    private Caller append(String work) {
        Caller caller = new Caller();
        commit.append(work).subscribe(caller);
        return caller;
    }

    private List<List<String>> groups() {
        return transactions.stream().map(transaction -> transaction.works).toList();
    }

    @Test
    void oneAloneIsCommittedAtOnce() {
        Caller caller = append("a");
        assertThat(groups()).containsExactly(List.of("a"));
        assertThat(caller.end).isEmpty();
        transactions.get(0).subscriber().onComplete();
        assertThat(caller.end).isEqualTo("durable");
    }

    @Test
    void whatIsAppendedMeanwhileIsTheNextGroup() {
        append("a");
        Caller b = append("b");
        Caller c = append("c");
        transactions.get(0).subscriber().onComplete();
        assertThat(groups()).containsExactly(List.of("a"), List.of("b", "c"));
        transactions.get(1).subscriber().onComplete();
        assertThat(List.of(b.end, c.end)).containsOnly("durable");
    }

    @Test
    void aGroupHasItsLimits() {
        append("a");
        for (String work : List.of("b", "c", "d", "e", "much too long for a group", "f")) {
            append(work);
        }
        for (int i = 0; i < transactions.size(); i++) {
            transactions.get(i).subscriber().onComplete();
        }
        assertThat(groups())
                .containsExactly(
                        List.of("a"),
                        List.of("b", "c", "d"),
                        List.of("e"),
                        List.of("much too long for a group"),
                        List.of("f"));
    }

    @Test
    void severalGroupsAreUnderWayWhereThatIsAllowed() {
        SharedTransactions<String> two =
                new SharedTransactions<>(2, MOST_WORKS, MOST_WEIGHT, String::length, Transaction::new);
        for (String work : List.of("a", "b", "c")) {
            two.append(work).subscribe(new Caller());
        }
        assertThat(groups()).containsExactly(List.of("a"), List.of("b"));
        transactions.get(1).subscriber().onComplete();
        assertThat(groups()).hasSize(3);
    }

    @Test
    void theFailureOfOneLeavesTheOthersAlone() {
        append("a");
        Caller b = append("b");
        Caller c = append("c");
        transactions.get(0).subscriber().onComplete();
        Transaction both = transactions.get(1);
        both.subscriber().onNext(new Failure<>(both.works.get(0), new IllegalStateException("not yours")));
        both.subscriber().onComplete();
        assertThat(b.end).isEqualTo("failed: not yours");
        assertThat(c.end).isEqualTo("durable");
    }

    @Test
    void aTransactionThatFailsIsThatOfAllInIt() {
        Caller a = append("a");
        Caller b = append("b");
        transactions.get(0).subscriber().onError(new IllegalStateException("no room"));
        assertThat(a.end).isEqualTo("failed: no room");
        assertThat(b.end).as("it is in the next one").isEmpty();
        assertThat(groups()).hasSize(2);
    }

    @Test
    void aCommitThatThrowsFailsItsGroupAlone() {
        SharedTransactions<String> throwing =
                new SharedTransactions<>(ALONE, MOST_WORKS, MOST_WEIGHT, String::length, group -> {
                    if (group.contains("bad")) {
                        throw new IllegalStateException("thrown");
                    }
                    return new Transaction(group);
                });
        Caller bad = new Caller();
        throwing.append("bad").subscribe(bad);
        throwing.append("good").subscribe(new Caller());
        assertThat(bad.end).isEqualTo("failed: thrown");
        assertThat(groups()).containsExactly(List.of("good"));
    }

    @Test
    void whoCancelsBeforeItHasBegunWithdrawsIt() {
        append("a");
        Caller b = append("b");
        append("c");
        b.cancel();
        transactions.get(0).subscriber().onComplete();
        assertThat(groups()).containsExactly(List.of("a"), List.of("c"));
        assertThat(b.end).isEmpty();
    }

    @Test
    void eachIsCommittedOnceWhoeverAppends() throws Exception {
        int threads = 4;
        int each = 5_000;
        AtomicInteger committed = new AtomicInteger();
        CountDownLatch durable = new CountDownLatch(threads * each);
        ExecutorService database = Executors.newFixedThreadPool(2);
        ExecutorService callers = Executors.newFixedThreadPool(threads);
        SharedTransactions<Integer> shared = new SharedTransactions<>(2, 100, 1_000, work -> 1, group -> subscriber -> {
            subscriber.onSubscribe(new Subscription() {
                @Override
                public void request(long count) {
                    database.execute(() -> {
                        committed.addAndGet(group.size());
                        subscriber.onComplete();
                    });
                }

                @Override
                public void cancel() {}
            });
        });
        for (int thread = 0; thread < threads; thread++) {
            callers.execute(() -> {
                for (int i = 0; i < each; i++) {
                    shared.append(i).subscribe(new Caller() {
                        @Override
                        public void onComplete() {
                            durable.countDown();
                        }
                    });
                }
            });
        }
        assertThat(durable.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(committed).hasValue(threads * each);
        callers.shutdown();
        database.shutdown();
    }
}
