package io.reactivemqtt.store.common;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.store.SessionKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What is claimed while nobody wants it any more is released, and nothing else is. */
class RenewedLeasesTest {

    private static final SessionKey KEY = SessionKey.of("c");

    private final Queue<MonoSink<Boolean>> claims = new ArrayDeque<>();
    private final List<SessionKey> released = new ArrayList<>();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final RenewedLeases leases = new RenewedLeases(new Table(), Duration.ofSeconds(3));

    /** Answers claims when the test says so. */
    private final class Table implements RenewedLeases.Table {
        @Override
        public Mono<Boolean> claim(SessionKey key) {
            return Mono.create(claims::add);
        }

        @Override
        public Mono<Set<SessionKey>> renew(Set<SessionKey> keys) {
            return Mono.just(keys);
        }

        @Override
        public Mono<Void> release(SessionKey key) {
            return Mono.fromRunnable(() -> released.add(key));
        }

        @Override
        public Flux<?> released(SessionKey key) {
            return Flux.never();
        }
    }

    @BeforeEach
    void begin() {
        VirtualTimeScheduler.set(time);
    }

    @AfterEach
    void end() {
        leases.close();
        VirtualTimeScheduler.reset();
    }

    @Test
    void whatIsClaimedWhileTheyAreClosedIsReleased() {
        List<Boolean> answers = new ArrayList<>();
        Mono.from(leases.claim(KEY)).subscribe(answers::add);

        leases.close();
        claims.remove().success(true);

        assertThat(answers).containsExactly(false);
        assertThat(leases.held()).isEmpty();
        assertThat(released).containsExactly(KEY);
    }

    @Test
    void whoStandsByNoMoreReleasesNothingThatWasClaimedSince() {
        Disposable standingBy = Mono.from(leases.standBy(KEY)).subscribe();
        time.advanceTime();
        standingBy.dispose();
        MonoSink<Boolean> late = claims.remove();
        Mono.from(leases.claim(KEY)).subscribe();
        claims.remove().success(true);

        late.success(true);

        assertThat(leases.held()).containsExactly(KEY);
        assertThat(released).isEmpty();
    }

    @Test
    void whoStandsByNoMoreReleasesWhatComesLate() {
        Disposable standingBy = Mono.from(leases.standBy(KEY)).subscribe();
        time.advanceTime();
        standingBy.dispose();

        claims.remove().success(true);

        assertThat(leases.held()).isEmpty();
        assertThat(released).containsExactly(KEY);
    }
}
