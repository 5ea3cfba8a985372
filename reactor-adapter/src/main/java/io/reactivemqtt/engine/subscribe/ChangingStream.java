package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.TopicTemplate;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.SubscriptionConflictException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.MonoSink;

/** The messages of subscriptions that come and go while the subscriber stays. */
public final class ChangingStream extends SubscriberStream {

    private volatile boolean open = true;

    /** Whether it was let in; until then, what is added and removed is a wish. Loop only. */
    private boolean joined;

    /** Who waits for the Server's answer. Loop only. */
    private final Map<TopicFilter, MonoSink<ReasonCode>> asking = new HashMap<>();

    /** Makes one that begins with what {@code before} had, or with what the options say. */
    public ChangingStream(
            Subscribing subscribing,
            SubscribeOptions options,
            @Nullable ChangingStream before,
            CoreSubscriber<? super ReceivedMessage> actual) {
        super(subscribing, options, actual);
        if (before != null) {
            beginsAs(before);
        }
    }

    // ---- from any thread

    public boolean isOpen() {
        return open && !isCancelled();
    }

    /** Subscribes to one more filter, and tells {@code sink} what the Server says. */
    public void add(TopicSubscription subscription, TopicTemplate template, MonoSink<ReasonCode> sink) {
        subscribing.turns().execute(() -> {
            TopicFilter topicFilter = subscription.topicFilter();
            SubscriptionConflictException conflict =
                    joined ? subscribing.router().subscribers().conflict(List.of(subscription)) : null;
            if (isOver()) {
                fail(sink, notOpen());
            } else if (conflict != null) {
                fail(sink, conflict);
            } else if (topicFilters().contains(topicFilter)) {
                fail(sink, new IllegalStateException("the set has " + topicFilter + " already"));
            } else {
                subscribesTo(subscription, template);
                asking.put(topicFilter, sink);
                if (joined) {
                    subscribing.router().subscribers().ask(this, List.of(subscription));
                }
            }
        });
    }

    /** Subscribes to a filter no more, and tells {@code sink} what the Server says. */
    public void remove(TopicFilter topicFilter, MonoSink<ReasonCode> sink) {
        subscribing.turns().execute(() -> {
            if (isOver()) {
                fail(sink, notOpen());
            } else if (!topicFilters().contains(topicFilter)) {
                fail(sink, new IllegalStateException("the set has no " + topicFilter));
            } else {
                without(topicFilter);
                failAsking(topicFilter, removed(topicFilter));
                UnsubscribeAnswer answer = new UnsubscribeAnswer(sink);
                if (joined) {
                    subscribing.router().subscribers().remove(this, topicFilter, answer);
                } else {
                    answer.kept();
                }
            }
        });
    }

    public static IllegalStateException notOpen() {
        return new IllegalStateException("the set is not open: its messages() have no subscriber");
    }

    private static IllegalStateException removed(TopicFilter topicFilter) {
        return new IllegalStateException(topicFilter + " was removed before the Server answered");
    }

    // ---- loop only

    private boolean isOver() {
        return isCancelled() || isEnding();
    }

    @Override
    void joins() {
        joined = true;
    }

    @Override
    void granted(TopicFilter topicFilter, ReasonCode reasonCode) {
        super.granted(topicFilter, reasonCode);
        if (!reasonCode.isError()) {
            MonoSink<ReasonCode> sink = asking.remove(topicFilter);
            if (sink != null) {
                UserCode.run(() -> sink.success(reasonCode));
            }
        }
    }

    @Override
    boolean goesOnWithout(TopicFilter topicFilter, MqttException cause) {
        MonoSink<ReasonCode> sink = asking.remove(topicFilter);
        if (sink == null) {
            return false; // one that the Server had granted, or that this began with
        }
        without(topicFilter);
        fail(sink, cause);
        return true;
    }

    /** It stays, even without a filter. */
    @Override
    boolean leaves(TopicFilter topicFilter) {
        without(topicFilter);
        failAsking(topicFilter, removed(topicFilter));
        return true;
    }

    private void failAsking(TopicFilter topicFilter, Exception cause) {
        MonoSink<ReasonCode> sink = asking.remove(topicFilter);
        if (sink != null) {
            fail(sink, cause);
        }
    }

    private void failAllAsking() {
        List.copyOf(asking.keySet()).forEach(topicFilter -> failAsking(topicFilter, notOpen()));
    }

    private static void fail(MonoSink<?> sink, Exception cause) {
        UserCode.run(() -> sink.error(cause));
    }

    @Override
    void left() {
        super.left();
        open = false;
        failAllAsking();
    }

    @Override
    void ending() {
        super.ending();
        open = false;
        failAllAsking();
    }
}
