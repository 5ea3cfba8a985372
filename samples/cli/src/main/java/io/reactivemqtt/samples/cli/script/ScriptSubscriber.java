package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SubscribeOptions;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.SignalType;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Turns the messages of one Topic Filter into events, no more of them than the script asks for. */
final class ScriptSubscriber extends BaseSubscriber<ReceivedMessage> {

    private final Listener listener;
    private final StreamSettings settings;
    private final Grants grants;
    private final int index;
    private final Consumer<? super ScriptSubscriber> onEnd;

    /** Loop only. */
    private boolean granted;

    /** The same filter was subscribed to once more, and the new subscriber tells. */
    private volatile boolean replaced;

    /** Who tells the script what comes. */
    interface Listener {
        /** Returns the name of the client whose messages these are. */
        String clientName();

        /** A message came for {@code stream}; {@code byHand}: it waits for the script's acknowledgement. */
        void received(@Nullable String stream, ReceivedMessage message, boolean byHand);

        void tell(ObjectNode event);
    }

    /**
     * Makes a subscriber of one of the filters of a command.
     *
     * @param grants hears the Server's answer
     * @param index which one of the filters it is
     * @param onEnd hears when no more messages come
     */
    ScriptSubscriber(
            Listener listener,
            StreamSettings settings,
            Grants grants,
            int index,
            Consumer<? super ScriptSubscriber> onEnd) {
        this.listener = listener;
        this.settings = settings;
        this.grants = grants;
        this.index = index;
        this.onEnd = onEnd;
    }

    SubscribeOptions options() {
        return settings.options().mutate().onGranted(this::answered).build();
    }

    /** Returns the name of the client whose messages these are. */
    String client() {
        return listener.clientName();
    }

    /** Ends this without a word, and leaves its messages to another subscriber of the same filter. */
    void replace() {
        replaced = true;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        if (settings.firstRequest() > 0) {
            request(settings.firstRequest());
        }
    }

    @Override
    protected void hookOnNext(ReceivedMessage message) {
        if (replaced) {
            message.acknowledge();
        } else {
            listener.received(settings.stream(), message, settings.byHand());
        }
    }

    private void answered(ReasonCode code) {
        granted = !code.isError();
        grants.answered(index, "SUBSCRIBE " + settings.filter(), code);
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
                    JsonNodeFactory.instance.objectNode().put("ev", "ended").put("client", client());
            if (settings.stream() != null) {
                event.put("stream", settings.stream());
            }
            event.put("filter", settings.filter());
            listener.tell(failure == null ? event : event.set("error", Reply.error(failure)));
        }
    }
}
