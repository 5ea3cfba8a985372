package io.reactivemqtt.samples.recipes;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** Asks until the answer is right, and fails if it is not within ten seconds. */
final class Waiting {

    private Waiting() {}

    static <T> T until(Supplier<T> question, Predicate<? super T> right) {
        Instant end = Instant.now().plusSeconds(10);
        T answer = question.get();
        while (!right.test(answer)) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("in the end it was " + answer);
            }
            Mono.delay(Duration.ofMillis(10)).block();
            answer = question.get();
        }
        return answer;
    }
}
