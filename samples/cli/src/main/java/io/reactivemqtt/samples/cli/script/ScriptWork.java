package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.ReasonCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Something with a name that works on what comes. The command is answered with what the Server says to the first SUBSCRIBE; whatever
 * becomes of it, one {@code ended} is told.
 */
class ScriptWork {

    final String client;
    final String name;
    final Lines lines;
    private final String filter;
    private final Grants grants;
    private final Consumer<? super ScriptWork> onEnd;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Disposable.Swap running = Disposables.swap();

    /**
     * Makes one.
     *
     * @param grants hears the Server's answer
     * @param onEnd hears when no more messages come
     */
    ScriptWork(
            String client, String name, String filter, Lines lines, Grants grants, Consumer<? super ScriptWork> onEnd) {
        this.client = client;
        this.name = name;
        this.filter = filter;
        this.lines = lines;
        this.grants = grants;
        this.onEnd = onEnd;
    }

    final String filter() {
        return filter;
    }

    final void run(Mono<Void> work) {
        running.update(work.subscribe(nothing -> {}, this::ended, () -> ended(null)));
    }

    /** Ends it as a program does that disposes of it. */
    final void cancel() {
        running.dispose();
        ended(null);
    }

    /** Completes once its {@code ended} is told: a handler that finishes on another thread may be a little behind its client. */
    final CompletableFuture<Void> end() {
        return end;
    }

    final void answered(ReasonCode code) {
        grants.answered(0, "SUBSCRIBE " + filter, code);
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
