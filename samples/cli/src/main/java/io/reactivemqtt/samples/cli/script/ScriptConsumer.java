package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One {@code consume}. The command is answered with what the Server says to the first SUBSCRIBE; whatever becomes of it, one
 * {@code ended} is told.
 */
final class ScriptConsumer {

    private static final String DEAD_LETTER = "deadLetter:";

    private enum OrderedBy {
        TOPIC,
        NONE
    }

    private final String client;
    private final String name;
    private final Lines lines;
    private final Grants grants;
    private final Consumer<? super ScriptConsumer> onEnd;
    private final ConsumeOptions options;
    private final boolean inBatches;
    private final ScriptHandler handler;
    private final @Nullable Retry outerRetry;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Disposable.Swap running = Disposables.swap();

    /**
     * Reads what the command says.
     *
     * @param grants hears the Server's answer
     * @param onEnd hears when no more messages come
     */
    ScriptConsumer(
            String client,
            String name,
            Fields fields,
            Lines lines,
            Grants grants,
            Consumer<? super ScriptConsumer> onEnd) {
        this.client = client;
        this.name = name;
        this.lines = lines;
        this.grants = grants;
        this.onEnd = onEnd;
        Long atOnce = fields.numberOrNull("concurrency", 1, Integer.MAX_VALUE);
        Fields batch = fields.objectOrNull("batch");
        this.inBatches = batch != null;
        ConsumeOptions.Builder consume = ConsumeOptions.builder()
                .filter(fields.text("filter"))
                .qos(fields.qos("qos", Qos.EXACTLY_ONCE))
                .concurrency(atOnce == null ? 1 : atOnce.intValue())
                .onFailure(policy(fields.objectOrNull("onFailure")))
                .onGranted(this::answered);
        if (fields.choiceOrNull("orderedBy", OrderedBy.class) == OrderedBy.NONE) {
            consume.orderedBy(message -> message);
        }
        if (batch != null) {
            Long upTo = batch.numberOrNull("upTo", 1, Integer.MAX_VALUE);
            Long withinMs = batch.numberOrNull("withinMs", 0, Integer.MAX_VALUE);
            batch.end();
            ConsumeOptions defaults = consume.build();
            consume.upTo(
                    upTo == null ? defaults.batchSize() : upTo.intValue(),
                    withinMs == null ? defaults.batchWithin() : Duration.ofMillis(withinMs));
        }
        this.options = consume.build();
        this.handler = new ScriptHandler(client, name, fields, lines);
        this.outerRetry = outerRetry(fields.objectOrNull("outerRetry"));
        fields.end();
    }

    private static @Nullable Retry outerRetry(@Nullable Fields fields) {
        if (fields == null) {
            return null;
        }
        long times = fields.number("times", 0, Integer.MAX_VALUE);
        Long backoff = fields.numberOrNull("backoffMs", 0, Integer.MAX_VALUE);
        fields.end();
        if (backoff == null || backoff == 0) {
            return Retry.max(times).onRetryExhaustedThrow((spec, last) -> last.failure());
        }
        return Retry.backoff(times, Duration.ofMillis(backoff))
                .jitter(0)
                .onRetryExhaustedThrow((spec, last) -> last.failure());
    }

    private static FailurePolicy policy(@Nullable Fields fields) {
        if (fields == null) {
            return FailurePolicy.stop();
        }
        Long retries = fields.numberOrNull("retry", 0, Integer.MAX_VALUE);
        Long backoff = fields.numberOrNull("backoffMs", 0, Integer.MAX_VALUE);
        String then = fields.textOrNull("then");
        fields.end();
        Duration wait = Duration.ofMillis(backoff == null ? 0 : backoff);
        FailurePolicy tries = retries == null || retries == 0
                ? FailurePolicy.stop()
                : FailurePolicy.retry(retries.intValue(), attempt -> wait);
        if (then == null || then.equals("stop")) {
            return tries;
        } else if (then.equals("skip")) {
            return tries.thenSkip();
        } else if (then.equals("refuse")) {
            return tries.thenRefuse(ReasonCode.UNSPECIFIED_ERROR);
        } else if (then.startsWith(DEAD_LETTER)) {
            return tries.thenDeadLetter(then.substring(DEAD_LETTER.length()));
        }
        throw fields.wrong("then", "one of stop, skip, refuse, deadLetter:topic");
    }

    void start(ReactorMqttClient mqtt) {
        Mono<Void> work =
                inBatches ? mqtt.consumeBatches(options, this::handle) : mqtt.consume(options, handler::handle);
        running.update((outerRetry == null ? work : work.retryWhen(outerRetry))
                .subscribe(nothing -> {}, this::ended, () -> ended(null)));
    }

    private Publisher<?> handle(List<ReceivedMessage> batch) {
        return Flux.fromIterable(batch).concatMap(handler::handle);
    }

    /** Ends it as a program does that disposes of it. */
    void cancel() {
        running.dispose();
        ended(null);
    }

    /** Completes once its {@code ended} is told: a handler that finishes on another thread may be a little behind its client. */
    CompletableFuture<Void> end() {
        return end;
    }

    private void answered(ReasonCode code) {
        grants.answered(0, "SUBSCRIBE " + options.subscription().topicFilters().get(0), code);
    }

    private void ended(@Nullable Throwable failure) {
        if (over.getAndSet(true)) {
            return;
        }
        Throwable cause = failure == null ? null : Exceptions.unwrap(failure);
        grants.failed(
                0, cause == null ? new IllegalStateException("the consume ended before the Server answered") : cause);
        onEnd.accept(this);
        ObjectNode event = JsonNodeFactory.instance
                .objectNode()
                .put("ev", "ended")
                .put("client", client)
                .put("name", name);
        lines.write(cause == null ? event.putNull("error") : event.set("error", Reply.error(cause)));
        end.complete(null);
    }
}
