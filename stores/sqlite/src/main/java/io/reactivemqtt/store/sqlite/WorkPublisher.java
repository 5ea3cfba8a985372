package io.reactivemqtt.store.sqlite;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;

/** Has a job done once for each subscription, whatever the demand; emits its result on demand, or completes if there is none. */
final class WorkPublisher<T> implements Publisher<T> {

    private final StoreThread thread;
    private final Job<? extends T> job;

    /** What is done on the store's thread, inside a transaction. */
    interface Job<T> {
        @Nullable
        T run(Database database) throws SQLException;
    }

    WorkPublisher(StoreThread thread, Job<? extends T> job) {
        this.thread = thread;
        this.job = job;
    }

    @Override
    public void subscribe(Subscriber<? super T> subscriber) {
        Answer<T> answer = new Answer<>(subscriber);
        subscriber.onSubscribe(answer);
        if (!answer.isEnded()) {
            thread.hand(new Attempt<>(job, answer));
        }
    }

    private static final class Attempt<T> implements Work {
        private final Job<? extends T> job;
        private final Answer<T> answer;
        private @Nullable T result; // of the store's thread

        Attempt(Job<? extends T> job, Answer<T> answer) {
            this.job = job;
            this.answer = answer;
        }

        @Override
        public void run(Database database) throws SQLException {
            result = job.run(database);
        }

        @Override
        public void done() {
            answer.succeed(result);
        }

        @Override
        public void failed(Throwable cause) {
            answer.fail(cause);
        }
    }
}
