package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.exception.MqttException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The answer to one command: the first one that is given counts. Thread-safe. */
final class Reply {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final @Nullable JsonNode id;
    private final Lines lines;
    private final Set<Reply> unanswered;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final CompletableFuture<Void> given = new CompletableFuture<>();

    /** Makes one that stands in {@code unanswered}, which is thread-safe, until the answer is in the output. */
    Reply(@Nullable JsonNode id, Lines lines, Set<Reply> unanswered) {
        this.id = id;
        this.lines = lines;
        this.unanswered = unanswered;
        unanswered.add(this);
    }

    /** Completes when the answer is in the output. */
    CompletableFuture<Void> given() {
        return given;
    }

    /** Answers when {@code work} is done. */
    void of(Mono<Void> work) {
        work.subscribe(nothing -> {}, this::failed, this::ok);
    }

    /** Answers with what {@code work} brings; without a result if it brings nothing. */
    <T> void of(Mono<T> work, Function<? super T, ObjectNode> result) {
        work.subscribe(value -> ok(result.apply(value)), this::failed, this::ok);
    }

    void ok() {
        ok(JSON.objectNode());
    }

    void ok(ObjectNode result) {
        give(true, answer -> answer.set("result", result));
    }

    void failed(Throwable failure) {
        give(false, answer -> answer.set("error", error(failure)));
    }

    /** Answers that it failed, and what came of it all the same. */
    void failed(Throwable failure, ObjectNode result) {
        give(false, answer -> answer.set("error", error(failure)).set("result", result));
    }

    private void give(boolean ok, Consumer<ObjectNode> content) {
        ObjectNode answer = JSON.objectNode();
        if (id != null) {
            answer.set("id", id);
        }
        answer.put("ok", ok);
        content.accept(answer);
        if (!claimed.getAndSet(true)) {
            lines.write(answer);
            unanswered.remove(this); // after that, so that what is not unanswered is in the output
            given.complete(null);
        }
    }

    /** Returns a failure as the protocol shows it. */
    static ObjectNode error(Throwable failure) {
        ObjectNode error = JSON.objectNode().put("class", failure.getClass().getSimpleName());
        ReasonCode reasonCode = failure instanceof MqttException mqtt ? mqtt.reasonCode() : null;
        if (reasonCode == null) {
            error.putNull("reason");
        } else {
            error.put("reason", reasonCode.code());
        }
        return error.put("message", failure.getMessage() == null ? failure.toString() : failure.getMessage());
    }
}
