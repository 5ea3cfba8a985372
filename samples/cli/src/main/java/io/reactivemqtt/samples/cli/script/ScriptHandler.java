package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.Payload;
import io.reactivemqtt.client.ReceivedMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The handler of a {@code consume}: tells what it does, takes its time, and fails where the script says so. */
final class ScriptHandler {

    /** In what way it fails. */
    private enum How {
        /** Its publisher ends with an error. */
        ERROR,
        /** It throws an exception. */
        THROW,
        /** It throws what Reactor takes for the end of the JVM. */
        FATAL,
        /** Its publisher never completes. */
        NEVER
    }

    /** What the script calls a failure of the program. */
    private static final class HandlerFailed extends RuntimeException {
        private static final long serialVersionUID = 1;

        HandlerFailed(String text) {
            super("the handler fails at \"" + text + "\", as the script says");
        }
    }

    /** The failures that are left for one text. */
    private static final class Failures {
        final String text;
        final How how;
        long left;

        Failures(Fields fields) {
            this.text = fields.text("text");
            How chosen = fields.choiceOrNull("how", How.class);
            this.how = chosen == null ? How.ERROR : chosen;
            Long times = fields.numberOrNull("times", 0, Long.MAX_VALUE);
            this.left = times == null ? 1 : times;
            fields.end();
        }
    }

    private final String client;
    private final String name;
    private final Lines lines;
    private final Duration takes;
    private final List<Failures> failures = new ArrayList<>();

    /** Reads {@code handleMs} and {@code fail}. */
    ScriptHandler(String client, String name, Fields fields, Lines lines) {
        this.client = client;
        this.name = name;
        this.lines = lines;
        Long handleMs = fields.numberOrNull("handleMs", 0, Integer.MAX_VALUE);
        this.takes = Duration.ofMillis(handleMs == null ? 0 : handleMs);
        for (Fields failure : fields.objectsOrNone("fail")) {
            failures.add(new Failures(failure));
        }
    }

    Publisher<?> handle(ReceivedMessage message) {
        lines.write(event("handling", message).put("redelivered", message.duplicate()));
        Payload payload = message.payload();
        String text = payload.isWellFormedUtf8() ? payload.asUtf8() : "";
        How how = nextFailure(text);
        if (how == How.THROW) {
            throw new HandlerFailed(text);
        } else if (how == How.FATAL) {
            throw new LinkageError("the handler throws an Error at \"" + text + "\", as the script says");
        } else if (how == How.NEVER) {
            return Mono.never();
        }
        Mono<?> work = takes.isZero() ? Mono.empty() : Mono.delay(takes);
        return how == How.ERROR
                ? work.then(Mono.error(() -> new HandlerFailed(text)))
                // done once the reader can have the event: what a killed process did not write comes again
                : work.then(Mono.create(done -> lines.write(event("handled", message), done::success)));
    }

    private synchronized @Nullable How nextFailure(String text) {
        for (Failures failure : failures) {
            if (failure.left > 0 && failure.text.equals(text)) {
                failure.left--;
                return failure.how;
            }
        }
        return null;
    }

    private ObjectNode event(String type, ReceivedMessage message) {
        ObjectNode event = JsonNodeFactory.instance
                .objectNode()
                .put("ev", type)
                .put("client", client)
                .put("name", name);
        Messages.putPayload(event, message.payload());
        return event;
    }
}
