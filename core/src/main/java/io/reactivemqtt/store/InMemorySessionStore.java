package io.reactivemqtt.store;

import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.publisher.ListPublisher;
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

    private final Map<SessionKey, Entry> entries = new HashMap<>();

    /** Starts without any sessions. */
    public InMemorySessionStore() {}

    private static final class Entry {
        final SessionState state = new SessionState();

        @Nullable
        Log owner;

        synchronized List<SessionChange> changes() {
            return state.changes();
        }

        synchronized void disown() {
            owner = null;
        }
    }

    @Override
    public Publisher<SessionLog> open(SessionKey key) {
        return ListPublisher.deferred(() -> {
            synchronized (entries) {
                return List.of(new Log(key, entries.computeIfAbsent(key, name -> new Entry())));
            }
        });
    }

    @Override
    public Publisher<SessionChange> peek(SessionKey key) {
        return ListPublisher.deferred(() -> {
            synchronized (entries) {
                Entry entry = entries.get(key);
                return entry == null ? List.of() : entry.changes();
            }
        });
    }

    @Override
    public Publisher<SessionKey> sessions(String namespace) {
        return ListPublisher.deferred(() -> {
            synchronized (entries) {
                return entries.entrySet().stream()
                        .filter(entry -> entry.getKey().namespace().equals(namespace))
                        .filter(entry -> !entry.getValue().changes().isEmpty())
                        .map(Map.Entry::getKey)
                        .toList();
            }
        });
    }

    @Override
    public Publisher<Void> delete(SessionKey key) {
        return ListPublisher.deferred(() -> {
            synchronized (entries) {
                Entry entry = entries.remove(key);
                if (entry != null) {
                    entry.disown();
                }
            }
            return List.of();
        });
    }

    private static final class Log implements SessionLog {
        private final SessionKey key;
        private final Entry entry;

        Log(SessionKey key, Entry entry) {
            this.key = key;
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
                throw new SessionTakenOverException(key.clientIdentifier());
            }
        }

        @SuppressWarnings("ReferenceEquality")
        private boolean isOwner() {
            return entry.owner == this;
        }
    }
}
