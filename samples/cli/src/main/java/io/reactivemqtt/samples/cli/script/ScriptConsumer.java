package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** One {@code consume}. */
final class ScriptConsumer extends ScriptWork {

    private static final String DEAD_LETTER = "deadLetter:";

    private enum OrderedBy {
        TOPIC,
        NONE
    }

    private final ConsumeOptions options;
    private final boolean inBatches;
    private final ScriptHandler handler;
    private final @Nullable Retry outerRetry;

    /**
     * Reads what the command says.
     *
     * @param grants hears the Server's answer
     * @param onEnd hears when no more messages come
     */
    ScriptConsumer(
            String client, String name, Fields fields, Lines lines, Grants grants, Consumer<? super ScriptWork> onEnd) {
        super(client, name, fields.text("filter"), lines, grants, onEnd);
        Long atOnce = fields.numberOrNull("concurrency", 1, Integer.MAX_VALUE);
        Fields batch = fields.objectOrNull("batch");
        this.inBatches = batch != null;
        ConsumeOptions.Builder consume = ConsumeOptions.builder()
                .filter(filter())
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
        run(outerRetry == null ? work : work.retryWhen(outerRetry));
    }

    private Publisher<?> handle(List<ReceivedMessage> batch) {
        return Flux.fromIterable(batch).concatMap(handler::handle);
    }
}
