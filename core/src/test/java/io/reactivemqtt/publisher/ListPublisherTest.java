package io.reactivemqtt.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

class ListPublisherTest {

    /** Writes its signals down; asks for one more at each element if it is told to. */
    private static final class Recorder implements Subscriber<Integer> {
        final List<Object> signals = new ArrayList<>();
        final boolean asksForMore;

        @Nullable
        Subscription subscription;

        Recorder(boolean asksForMore) {
            this.asksForMore = asksForMore;
        }

        static Recorder of(Publisher<Integer> publisher) {
            Recorder recorder = new Recorder(false);
            publisher.subscribe(recorder);
            return recorder;
        }

        Subscription subscription() {
            Subscription present = subscription;
            if (present == null) {
                throw new IllegalStateException("no onSubscribe yet");
            }
            return present;
        }

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(Integer element) {
            signals.add(element);
            if (asksForMore) {
                subscription().request(1);
            }
        }

        @Override
        public void onError(Throwable failure) {
            signals.add(failure.getClass());
        }

        @Override
        public void onComplete() {
            signals.add("complete");
        }
    }

    @Test
    void emptyListCompletesWithoutDemand() {
        assertThat(Recorder.of(ListPublisher.deferred(List::of)).signals).containsExactly("complete");
    }

    @Test
    void elementsComeOnDemandOnly() {
        Recorder recorder = Recorder.of(ListPublisher.deferred(() -> List.of(1, 2, 3)));

        assertThat(recorder.signals).isEmpty();
        recorder.subscription().request(2);
        assertThat(recorder.signals).containsExactly(1, 2);
        recorder.subscription().request(1);
        assertThat(recorder.signals).containsExactly(1, 2, 3, "complete");
    }

    @Test
    void workIsDoneForEachSubscriberAndNotBefore() {
        AtomicInteger calls = new AtomicInteger();
        Publisher<Integer> publisher = ListPublisher.deferred(() -> {
            calls.incrementAndGet();
            return List.of();
        });
        assertThat(calls).hasValue(0);

        Recorder.of(publisher);
        Recorder.of(publisher);

        assertThat(calls).hasValue(2);
    }

    @Test
    void whatTheWorkThrowsIsTheError() {
        Publisher<Integer> publisher = ListPublisher.deferred(() -> {
            throw new IllegalStateException("on purpose");
        });

        assertThat(Recorder.of(publisher).signals).containsExactly(IllegalStateException.class);
    }

    @Test
    void requestOfNothingIsAnErrorAndTheEnd() {
        Recorder recorder = Recorder.of(ListPublisher.deferred(() -> List.of(1, 2)));

        recorder.subscription().request(0);
        recorder.subscription().request(1);

        assertThat(recorder.signals).containsExactly(IllegalArgumentException.class);
    }

    @Test
    void demandAddsUpWithoutOverflow() {
        Recorder recorder = new Recorder(true);
        ListPublisher.deferred(() -> List.of(1, 2, 3)).subscribe(recorder);

        recorder.subscription().request(Long.MAX_VALUE);

        assertThat(recorder.signals).containsExactly(1, 2, 3, "complete");
    }

    @Test
    void nothingComesAfterCancellation() {
        Recorder recorder = Recorder.of(ListPublisher.deferred(() -> List.of(1, 2, 3)));
        recorder.subscription().request(1);

        recorder.subscription().cancel();
        recorder.subscription().request(5);

        assertThat(recorder.signals).containsExactly(1);
    }

    @Test
    void requestOutOfASignalDoesNotPileUpTheStack() {
        Recorder recorder = new Recorder(true);
        ListPublisher.deferred(() -> Collections.nCopies(100_000, 7)).subscribe(recorder);

        recorder.subscription().request(1);

        assertThat(recorder.signals).hasSize(100_001).endsWith("complete");
    }
}
