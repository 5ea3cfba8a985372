package io.reactivemqtt.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.store.InMemorySessionStore;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.testkit.store.SessionStoreContract;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** An observed store is a store, and its appends are timed. */
class ObservedSessionStoreTest implements SessionStoreContract {

    private static final SessionKey KEY = SessionKey.of("observed");
    private static final List<SessionChange> CHANGES = List.of(new SessionChange.SequencesReserved(1));

    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Override
    public SessionStore newStore() {
        return ObservedSessionStore.observe(new InMemorySessionStore(), registry, Tags.of("client", "orders"));
    }

    @Override
    public SessionStore reopen(SessionStore store) {
        return store;
    }

    @Override
    public SessionStore another(SessionStore store) {
        return store;
    }

    @Test
    void anAppendThatIsDurableIsTimed() {
        SessionLog log = open(newStore());

        StepVerifier.create(log.append(CHANGES)).verifyComplete();

        assertThat(appends("success")).isEqualTo(1);
        assertThat(appends("error")).isZero();
    }

    @Test
    void anAppendThatFailsIsTimedByItself() {
        SessionStore store = newStore();
        SessionLog taken = open(store);
        open(store);

        StepVerifier.create(taken.append(CHANGES)).verifyError(SessionTakenOverException.class);

        assertThat(appends("error")).isEqualTo(1);
    }

    @Test
    void anAppendThatNobodySubscribesToIsNone() {
        open(newStore()).append(CHANGES);

        assertThat(appends("success") + appends("error")).isZero();
    }

    /** They are the other store's. */
    @Override
    public boolean largeVolumes() {
        return false;
    }

    private static SessionLog open(SessionStore store) {
        return Objects.requireNonNull(Mono.from(store.open(KEY)).block());
    }

    private long appends(String outcome) {
        return registry.get(ObservedSessionStore.APPEND)
                .tag("client", "orders")
                .tag("outcome", outcome)
                .timer()
                .count();
    }
}
