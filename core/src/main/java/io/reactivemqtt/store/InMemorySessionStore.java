package io.reactivemqtt.store;

import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Keeps sessions in memory: they live as long as this object, so that a new client over the same store goes on where an
 * earlier one stopped, but no crash of the process is survived. Everything is done at once, on the caller's thread.
 */
public final class InMemorySessionStore implements SessionStore {

    private final Map<String, Entry> entries = new HashMap<>();

    /** Starts without any sessions. */
    public InMemorySessionStore() {}

    private static final class Entry {
        final SessionState state = new SessionState();

        @Nullable
        Log owner;
    }

    @Override
    public Publisher<SessionLog> open(String clientIdentifier) {
        return ListPublisher.deferred(() -> List.of(new Log(clientIdentifier, take(clientIdentifier))));
    }

    private Entry take(String clientIdentifier) {
        synchronized (entries) {
            return entries.computeIfAbsent(clientIdentifier, name -> new Entry());
        }
    }

    private static final class Log implements SessionLog {
        private final String clientIdentifier;
        private final Entry entry;

        Log(String clientIdentifier, Entry entry) {
            this.clientIdentifier = clientIdentifier;
            this.entry = entry;
            synchronized (entry) {
                entry.owner = this;
            }
        }

        @Override
        public Publisher<SessionChange> recover() {
            return ListPublisher.deferred(() -> {
                synchronized (entry) {
                    requireOwner();
                    return entry.state.changes();
                }
            });
        }

        @Override
        public Publisher<Void> append(List<SessionChange> changes) {
            return ListPublisher.deferred(() -> {
                if (changes.stream().anyMatch(EntryUnreadable.class::isInstance)) {
                    throw new IllegalArgumentException("an unreadable entry is recovered, never appended");
                }
                synchronized (entry) {
                    requireOwner();
                    changes.forEach(entry.state::apply);
                }
                return List.of();
            });
        }

        @Override
        public Publisher<Void> close() {
            return ListPublisher.deferred(() -> {
                synchronized (entry) {
                    if (isOwner()) {
                        entry.owner = null;
                    }
                }
                return List.of();
            });
        }

        private void requireOwner() {
            if (!isOwner()) {
                throw new SessionTakenOverException(clientIdentifier);
            }
        }

        @SuppressWarnings("ReferenceEquality")
        private boolean isOwner() {
            return entry.owner == this;
        }
    }
}
