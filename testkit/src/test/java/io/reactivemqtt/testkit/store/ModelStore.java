package io.reactivemqtt.testkit.store;

import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionState;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.testkit.store.ModelPublisher.Fault;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** A correct store over a {@link Disk}. Each method that is not private is a place to break it. */
class ModelStore implements SessionStore {

    /** What may be asked of a store. */
    enum Operation {
        OPEN,
        RECOVER,
        APPEND,
        CLOSE,
        PEEK,
        SESSIONS,
        DELETE
    }

    final Disk disk;
    private boolean failNextAppend;

    ModelStore(Disk disk) {
        this.disk = disk;
    }

    // ---- places to break it

    /** How the publisher of an operation misbehaves. */
    Set<Fault> faults(Operation operation) {
        return Set.of();
    }

    /** Under which name a client is kept. */
    String name(String clientIdentifier) {
        return clientIdentifier;
    }

    /** Under which name a client of a namespace is kept. */
    String key(SessionKey key) {
        return key.namespace() + '\0' + name(key.clientIdentifier());
    }

    /** What is kept of an append. */
    List<SessionChange> stored(List<SessionChange> changes) {
        return changes;
    }

    void write(String key, List<SessionChange> changes) {
        disk.write(key, changes);
    }

    List<SessionChange> read(String key) {
        return disk.read(key);
    }

    /** What is recovered of all that was kept. */
    List<SessionChange> recovered(List<SessionChange> kept) {
        SessionState state = new SessionState();
        kept.forEach(state::apply);
        return state.changes();
    }

    /** What an append that is refused or fails leaves. */
    void writeRefused(String key, List<SessionChange> changes) {}

    void writeFailed(String key, List<SessionChange> changes) {}

    @Nullable
    Object owner(String key) {
        return disk.owner(key);
    }

    void own(String key, @Nullable Object owner) {
        disk.own(key, owner);
    }

    boolean mayAppend(@Nullable Object owner, Object log) {
        return log.equals(owner);
    }

    void close(String key, Object log) {
        if (log.equals(owner(key))) {
            own(key, "nobody");
        }
    }

    /** What looking does beside that. */
    void peeking(String key) {}

    /** Whether a key belongs to a namespace, and is one to be told. */
    boolean isListed(String key, String namespace) {
        return key.startsWith(namespace + '\0')
                && !read(key).isEmpty()
                && !recovered(read(key)).isEmpty();
    }

    void delete(String key) {
        disk.clear(key);
        own(key, null);
    }

    /** An orderly end. */
    void shutDown() {}

    Disk diskAfterCrash() {
        return disk.copy();
    }

    // ---- the store

    final void failNextAppend() {
        synchronized (disk) {
            failNextAppend = true;
        }
    }

    private <T> Publisher<T> publisher(Operation operation, Supplier<List<T>> work) {
        return new ModelPublisher<>(
                () -> {
                    synchronized (disk) {
                        return work.get();
                    }
                },
                faults(operation));
    }

    @Override
    public final Publisher<SessionLog> open(SessionKey key) {
        return publisher(Operation.OPEN, () -> {
            Log log = new Log(key);
            own(log.key, log);
            return List.of(log);
        });
    }

    @Override
    public final Publisher<SessionChange> peek(SessionKey key) {
        return publisher(Operation.PEEK, () -> {
            peeking(key(key));
            return recovered(read(key(key)));
        });
    }

    @Override
    public final Publisher<SessionKey> sessions(String namespace) {
        return publisher(Operation.SESSIONS, () -> disk.keys().stream()
                .filter(key -> isListed(key, namespace))
                .map(key -> key.split("\0", 2)) // in neither part
                .map(parts -> SessionKey.of(parts[0], parts[1]))
                .toList());
    }

    @Override
    public final Publisher<Void> delete(SessionKey key) {
        return publisher(Operation.DELETE, () -> {
            delete(key(key));
            return List.of();
        });
    }

    private final class Log implements SessionLog {
        private final String clientIdentifier;
        private final String key;

        Log(SessionKey sessionKey) {
            this.clientIdentifier = sessionKey.clientIdentifier();
            this.key = key(sessionKey);
        }

        @Override
        public Publisher<SessionChange> recover() {
            return publisher(Operation.RECOVER, () -> recovered(read(key)));
        }

        @Override
        public Publisher<Void> append(List<SessionChange> changes) {
            return publisher(Operation.APPEND, () -> {
                if (!mayAppend(owner(key), this)) {
                    writeRefused(key, changes);
                    throw new SessionTakenOverException(clientIdentifier);
                }
                if (failNextAppend) {
                    failNextAppend = false;
                    writeFailed(key, changes);
                    throw new StoreException("the disk was told to fail", null);
                }
                write(key, stored(changes));
                return List.of();
            });
        }

        @Override
        public Publisher<Void> close() {
            return publisher(Operation.CLOSE, () -> {
                ModelStore.this.close(key, this);
                return List.of();
            });
        }
    }
}
