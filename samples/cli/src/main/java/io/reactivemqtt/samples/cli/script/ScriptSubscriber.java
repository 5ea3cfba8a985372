package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.reactor.ReceivedMessage;
import io.reactivemqtt.reactor.SubscriptionOptions;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.SignalType;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Turns the messages of one Topic Filter into events, no more of them than the script asks for. */
final class ScriptSubscriber extends BaseSubscriber<ReceivedMessage> {

    private final ScriptClient client;
    private final @Nullable String stream;
    private final SubscriptionOptions options;
    private final long firstRequest;
    private final Grants grants;
    private final int index;
    private final Consumer<? super ScriptSubscriber> onEnd;

    /** Loop only. */
    private boolean granted;

    /** The same filter was subscribed to once more, and the new subscriber tells. */
    private volatile boolean replaced;

    /**
     * Makes a subscriber of one of the filters of a command.
     *
     * @param stream its name, or null if it is one of the client's own
     * @param firstRequest for how many messages it asks by itself; 0: for none
     * @param grants hears the Server's answer
     * @param index which one of the filters it is
     * @param onEnd hears when no more messages come
     */
    ScriptSubscriber(
            ScriptClient client,
            @Nullable String stream,
            SubscriptionOptions options,
            long firstRequest,
            Grants grants,
            int index,
            Consumer<? super ScriptSubscriber> onEnd) {
        this.client = client;
        this.stream = stream;
        // acknowledged here, once the reader can have the event: what a killed process did not write comes again
        this.options = options.withManualAcknowledgement().withOnGranted(this::answered);
        this.firstRequest = firstRequest;
        this.grants = grants;
        this.index = index;
        this.onEnd = onEnd;
    }

    SubscriptionOptions options() {
        return options;
    }

    String filter() {
        return options.subscription().topicFilter().toString();
    }

    /** Ends this without a word, and leaves its messages to another subscriber of the same filter. */
    void replace() {
        replaced = true;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        if (firstRequest > 0) {
            request(firstRequest);
        }
    }

    @Override
    protected void hookOnNext(ReceivedMessage message) {
        if (replaced) {
            message.acknowledge();
        } else {
            client.received(stream, message);
        }
    }

    private void answered(ReasonCode code) {
        granted = !code.isError();
        grants.answered(index, "SUBSCRIBE " + filter(), code);
    }

    @Override
    protected void hookOnError(Throwable failure) {
        ended(failure);
    }

    @Override
    protected void hookOnComplete() {
        ended(null);
    }

    @Override
    protected void hookFinally(SignalType how) {
        grants.failed(index, new IllegalStateException("the subscription ended before the Server answered"));
        onEnd.accept(this);
    }

    private void ended(@Nullable Throwable failure) {
        if (failure != null) {
            grants.failed(index, failure);
        }
        if (granted && !replaced) {
            ObjectNode event =
                    JsonNodeFactory.instance.objectNode().put("ev", "ended").put("client", client.name());
            if (stream != null) {
                event.put("stream", stream);
            }
            event.put("filter", filter());
            client.tell(failure == null ? event : event.set("error", Reply.error(failure)));
        }
    }
}
