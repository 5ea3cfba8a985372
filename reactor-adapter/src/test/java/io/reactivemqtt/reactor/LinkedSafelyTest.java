package io.reactivemqtt.reactor;

import io.reactivemqtt.engine.loop.LinkedSafely;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** {@code saveSession()} never ended where a class of Jackson was missing. */
class LinkedSafelyTest {

    private static String missing() {
        throw new NoClassDefFoundError("com/example/Missing");
    }

    @Test
    void aMissingClassIsAnErrorOfTheSignalThatNeededIt() {
        StepVerifier.create(Mono.just("x")
                        .publishOn(Schedulers.boundedElastic())
                        .map(x -> LinkedSafely.call(LinkedSafelyTest::missing)))
                .expectErrorSatisfies(failure -> org.assertj.core.api.Assertions.assertThat(failure)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("com/example/Missing")
                        .hasCauseInstanceOf(NoClassDefFoundError.class))
                .verify(Duration.ofSeconds(10));
    }
}
