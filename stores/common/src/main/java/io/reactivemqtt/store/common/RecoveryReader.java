package io.reactivemqtt.store.common;

import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.StoredChange;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads the rows of a Session section by section, page by page: nobody ever holds all of them. */
public final class RecoveryReader {

    /** What is read, in this order. */
    public enum Section {
        /** Of the Session itself, by key. */
        SESSION(Row.SESSION, false),
        /** By place. */
        SUBSCRIPTIONS(Row.SUBSCRIPTION, true),
        /** Processed messages, by place. */
        INCOMING(Row.INCOMING, true),
        /** By sequence. */
        RECEIPTS(Row.RECEIPT, false),
        /** Messages to send that have a place, by it. */
        RELEASED(Row.OUTGOING, true),
        /** Messages to send that have none, by sequence. */
        WAITING(Row.OUTGOING, false);

        private final short kind;
        private final boolean isByPlace;

        Section(short kind, boolean isByPlace) {
            this.kind = kind;
            this.isByPlace = isByPlace;
        }

        /** Returns the kind of the rows. */
        public short kind() {
            return kind;
        }

        /** Tells whether these are rows with a place, in its order; otherwise those without one, by key. */
        public boolean isByPlace() {
            return isByPlace;
        }

        private long after(Entry entry) {
            return isByPlace
                    ? Objects.requireNonNull(entry.place())
                    : entry.row().key();
        }
    }

    /** Where pages come from. */
    @FunctionalInterface
    public interface Pages {
        /** Reads some rows of {@code section} behind {@code after}; none, or {@link Entry#NONE}, if there are no more. */
        Mono<List<Entry>> page(Section section, long after);
    }

    private final Pages pages;
    private final BiFunction<Row, String, Mono<SessionChange>> unreadable;
    private final StoredChange.Reader reader = new StoredChange.Reader();

    /**
     * Reads nothing yet.
     *
     * @param unreadable what becomes of a row that cannot be read, and is told in its place
     */
    public RecoveryReader(Pages pages, BiFunction<Row, String, Mono<SessionChange>> unreadable) {
        this.pages = pages;
        this.unreadable = unreadable;
    }

    /** Reads all of them, as far as they are asked for. */
    public Flux<SessionChange> changes() {
        return Flux.fromArray(Section.values())
                .concatMap(section -> pages.page(section, Long.MIN_VALUE).expand(page -> next(section, page)), 1)
                .concatMapIterable(page -> page, 1)
                .filter(entry -> !entry.isNone())
                .concatMap(this::changes, 1);
    }

    private Mono<List<Entry>> next(Section section, List<Entry> page) {
        Entry last = page.isEmpty() ? Entry.NONE : page.get(page.size() - 1);
        return last.isNone() ? Mono.empty() : pages.page(section, section.after(last));
    }

    private Publisher<SessionChange> changes(Entry entry) {
        try {
            return Flux.fromIterable(entry.changes(reader));
        } catch (IllegalArgumentException problem) {
            return unreadable.apply(entry.row(), String.valueOf(problem.getMessage()));
        }
    }
}
