package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.client.ClientEvent.HandlerFailed;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.FailurePolicy.End;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.exception.UndecodablePayloadException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;

/** What becomes of messages that a handler has failed with, as the policies say. Loop only. */
final class HandlerFailures {

    private final Consumption consumption;
    private final Subscribing subscribing;
    private final FailurePolicy onFailure;
    private final FailurePolicy onUndecodable;

    HandlerFailures(Consumption consumption, ConsumeOptions options) {
        this.consumption = consumption;
        this.subscribing = consumption.subscribing;
        this.onFailure = options.onFailure();
        this.onUndecodable = options.onUndecodable();
    }

    void failed(HandlerRun run, Throwable cause) {
        if (!run.isBurying) {
            subscribing.counters().handlerFailed();
        }
        FailurePolicy policy = cause instanceof UndecodablePayloadException ? onUndecodable : onFailure;
        if (consumption.isCancelled()
                || comesAgain()
                || (consumption.isEnding() && (run.isBurying || hasTriesLeft(run, policy)))) {
            tell(run, cause, End.HAND_BACK, null);
            run.handBack();
            consumption.done(run);
        } else if (run.isBurying || Exceptions.isJvmFatal(cause)) {
            stop(run, cause);
        } else if (hasTriesLeft(run, policy)) {
            retry(run, cause, policy);
        } else {
            end(run, cause, policy);
        }
    }

    /** The client is on its way out, and the next connection brings it. */
    private boolean comesAgain() {
        return subscribing.router().isDraining() && subscribing.session().outlivesConnection();
    }

    private static boolean hasTriesLeft(HandlerRun run, FailurePolicy policy) {
        return run.attempt <= policy.retries();
    }

    private void retry(HandlerRun run, Throwable cause, FailurePolicy policy) {
        Duration delay;
        try {
            delay = Objects.requireNonNull(policy.backoff()).bound(run.attempt);
            Objects.requireNonNull(delay, "the back-off is null");
        } catch (Throwable thrown) {
            cause.addSuppressed(thrown);
            stop(run, cause);
            return;
        }
        tell(run, cause, null, delay);
        consumption.tryAgainIn(run, delay);
    }

    private void end(HandlerRun run, Throwable cause, FailurePolicy policy) {
        if (policy.end() == End.STOP) {
            stop(run, cause);
            return;
        }
        tell(run, cause, policy.end(), null);
        switch (policy.end()) {
            case SKIP -> run.messages.forEach(Arrival::acknowledge);
            case REFUSE -> run.messages.forEach(message -> message.acknowledge(policy.refusal()));
            case DEAD_LETTER -> {
                bury(run, cause, Objects.requireNonNull(policy.deadLetter()));
                return;
            }
            default -> run.handBack();
        }
        consumption.done(run);
    }

    /** Publishes a dead letter for each message, which waits for that in the place of its handler. */
    private void bury(
            HandlerRun failed, Throwable cause, Function<? super ReceivedMessage, ApplicationMessage> deadLetter) {
        HandlerRun burial = consumption.burial(failed);
        Consumption.Handler handler = consumption.handler();
        try {
            List<ApplicationMessage> letters = failed.messages.stream()
                    .map(message -> letter(message, deadLetter))
                    .toList();
            burial.await(
                    letters.size() == 1
                            ? handler.publishDeadLetter(letters.get(0))
                            : Flux.fromIterable(letters).concatMap(handler::publishDeadLetter));
        } catch (Throwable thrown) {
            thrown.addSuppressed(cause);
            burial.onError(thrown);
        }
    }

    private static ApplicationMessage letter(
            Arrival failed, Function<? super ReceivedMessage, ApplicationMessage> deadLetter) {
        ApplicationMessage letter = deadLetter.apply(failed);
        if (Objects.requireNonNull(letter, "there is no dead letter").qos() == Qos.AT_MOST_ONCE) {
            throw new IllegalArgumentException("a dead letter of QoS 0 may be lost: give it QoS 1 or 2");
        }
        return letter;
    }

    private void stop(HandlerRun run, Throwable cause) {
        tell(run, cause, End.STOP, null);
        consumption.fail(cause);
    }

    private void tell(HandlerRun run, Throwable cause, @Nullable End end, @Nullable Duration retryIn) {
        TopicName topicName = run.messages.get(0).topicName();
        TopicFilter known = consumption.filterOf(topicName);
        subscribing.tell(new HandlerFailed(
                known == null ? consumption.topicFilters().get(0) : known,
                topicName,
                run.messages.size(),
                run.attempt,
                cause,
                end,
                retryIn));
    }
}
