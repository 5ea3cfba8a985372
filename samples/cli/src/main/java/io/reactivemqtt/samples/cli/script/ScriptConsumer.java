package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One {@code consume}. The command is answered with what the Server says to the first SUBSCRIBE; whatever becomes of it, one
 * {@code ended} is told.
 */
final class ScriptConsumer {

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
        this.options = ConsumeOptions.builder()
                .filter(fields.text("filter"))
                .qos(fields.qos("qos", Qos.EXACTLY_ONCE))
                .concurrency(atOnce == null ? 1 : atOnce.intValue())
                .onGranted(this::answered)
                .build();
        this.handler = new ScriptHandler(client, name, fields, lines);
        this.outerRetry = outerRetry(fields.objectOrNull("outerRetry"));
        Fields batch = fields.objectOrNull("batch");
        Fields onFailure = fields.objectOrNull("onFailure");
        refuseWhatThereIsNot(fields, batch, onFailure);
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

    /** Refuses what the protocol has and the client does not; what neither has, first. */
    private static void refuseWhatThereIsNot(Fields fields, @Nullable Fields batch, @Nullable Fields onFailure) {
        if (batch != null) {
            batch.numberOrNull("upTo", 1, Integer.MAX_VALUE);
            batch.numberOrNull("withinMs", 0, Integer.MAX_VALUE);
            batch.end();
            fields.notSupportedYet("batch");
        }
        if (onFailure != null) {
            onFailure.known("retry");
            onFailure.known("backoffMs");
            String then = onFailure.textOrNull("then");
            onFailure.end();
            onFailure.notSupportedYet("retry");
            onFailure.notSupportedYet("backoffMs");
            if (then != null && !then.equals("stop")) {
                if (!then.equals("skip") && !then.equals("refuse") && !then.startsWith("deadLetter:")) {
                    throw onFailure.wrong("then", "one of stop, skip, refuse, deadLetter:topic");
                }
                onFailure.notSupportedYet("then");
            }
        }
        if (fields.choiceOrNull("orderedBy", OrderedBy.class) == OrderedBy.TOPIC) {
            fields.notSupportedYet("orderedBy");
        }
    }

    void start(ReactorMqttClient mqtt) {
        Mono<Void> work = mqtt.consume(options, handler::handle);
        running.update((outerRetry == null ? work : work.retryWhen(outerRetry))
                .subscribe(nothing -> {}, this::ended, () -> ended(null)));
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
        grants.answered(0, "SUBSCRIBE " + options.subscription().topicFilter(), code);
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
