package io.reactivemqtt.store.sqlite;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Emits what is read chunk by chunk, as it is asked for: no cursor stays open, and between two chunks others have their turn. */
final class ChunkPublisher<T> implements Publisher<T> {

    private final Supplier<? extends Source<? extends T>> sources;

    /** How far a reader has come: behind the row {@code after} of the section {@code section}. */
    record Place(int section, long after) {
        static final Place START = new Place(0, Long.MIN_VALUE);
        static final Place END = new Place(Integer.MAX_VALUE, Long.MAX_VALUE);

        Place nextSection() {
            return new Place(section + 1, Long.MIN_VALUE);
        }

        boolean isEnd() {
            return equals(END);
        }
    }

    /** Some elements, and where the next are; empty only at the end. */
    record Chunk<T>(List<T> elements, Place next) {}

    /** Where one subscriber's elements come from. */
    interface Source<T> {
        /** Has {@code work} done soon, on a thread that may block. */
        void hand(Work work);

        /** Reads what comes behind {@code place}, inside a transaction: about {@code count} elements. */
        Chunk<T> read(Place place, int count, Database database) throws SQLException;

        /** Nothing more will be read. */
        void close();
    }

    ChunkPublisher(Supplier<? extends Source<? extends T>> sources) {
        this.sources = sources;
    }

    @Override
    public void subscribe(Subscriber<? super T> subscriber) {
        Reading<T> reading = new Reading<>(sources.get(), Objects.requireNonNull(subscriber, "subscriber"));
        subscriber.onSubscribe(reading);
        reading.begin();
    }

    private static final class Reading<T> implements Subscription, Work {
        private static final int SMALLEST_CHUNK = 16;
        private static final int LARGEST_CHUNK = 2048;

        private final Source<? extends T> source;
        private final Subscriber<? super T> subscriber;

        // ---- handed to and fro between the thread that reads and who asks it to
        private Place place = Place.START;
        private @Nullable Chunk<? extends T> chunk;
        private int chunkSize;

        /** Set under the lock; read without it between two elements. */
        private volatile boolean ended;

        // ---- guarded by this
        private List<? extends T> read = List.of();
        private int emitted;
        private long requested;

        /** How much is asked for at a time, for what is read before it is asked for. */
        private long appetite;

        private boolean begun;
        private boolean reading;
        private boolean exhausted;
        private boolean emitting;
        private @Nullable Throwable failure;

        Reading(Source<? extends T> source, Subscriber<? super T> subscriber) {
            this.source = source;
            this.subscriber = subscriber;
        }

        void begin() {
            synchronized (this) {
                begun = true;
            }
            emit();
        }

        @Override
        public void run(Database database) throws SQLException {
            chunk = source.read(place, chunkSize, database);
        }

        @Override
        public void done() {
            synchronized (this) {
                Chunk<? extends T> latest = Objects.requireNonNull(chunk);
                place = latest.next();
                read = latest.elements();
                emitted = 0;
                exhausted = place.isEnd();
                reading = false;
            }
            emit();
        }

        @Override
        public void failed(Throwable cause) {
            synchronized (this) {
                failure = cause;
            }
            emit();
        }

        @Override
        public void request(long count) {
            synchronized (this) {
                if (count > 0) {
                    requested = requested + count < 0 ? Long.MAX_VALUE : requested + count;
                    appetite = Math.max(appetite, requested);
                } else {
                    failure = new IllegalArgumentException("demand must be positive, not " + count); // rule 3.9
                }
            }
            emit();
        }

        @Override
        public void cancel() {
            synchronized (this) {
                end();
            }
            source.close();
        }

        /** Emits what demand allows; a call out of {@code onNext}, or meanwhile, leaves it to the one at work. */
        private void emit() {
            synchronized (this) {
                if (emitting) {
                    return;
                }
                emitting = true;
            }
            for (Runnable signal = next(); signal != null; signal = next()) {
                signal.run();
            }
        }

        /** Returns what to do next, or null if there is nothing now. */
        private synchronized @Nullable Runnable next() {
            if (!ended) {
                boolean isEmpty = emitted == read.size();
                Throwable cause = failure;
                if (cause != null) {
                    end();
                    return () -> {
                        source.close();
                        subscriber.onError(cause);
                    };
                } else if (isEmpty && exhausted) {
                    end();
                    return () -> {
                        source.close();
                        subscriber.onComplete();
                    };
                } else if (isEmpty && begun && !reading) {
                    // also without demand: else nobody would know that there is no more
                    reading = true;
                    chunkSize = (int) Math.max(SMALLEST_CHUNK, Math.min(appetite, LARGEST_CHUNK));
                    return () -> source.hand(this);
                } else if (!isEmpty && requested > 0) {
                    int count = (int) Math.min(requested, read.size() - emitted);
                    List<? extends T> elements = read.subList(emitted, emitted + count);
                    requested -= count;
                    emitted += count;
                    return () -> emit(elements);
                }
            }
            emitting = false;
            return null;
        }

        private void end() {
            ended = true;
            read = List.of();
        }

        private void emit(List<? extends T> elements) {
            for (T element : elements) {
                if (ended) {
                    return;
                }
                subscriber.onNext(element);
            }
        }
    }
}
