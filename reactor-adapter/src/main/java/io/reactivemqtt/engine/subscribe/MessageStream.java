package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.TopicTemplate;
import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.OnCancel;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.engine.loop.CopiedLists;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.SubscriberOverflowException;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;

/**
 * The messages of one subscription on their way to who takes them: what waits, and what is in hand. All that has state happens on the
 * loop.
 */
public abstract class MessageStream {

    final SubscribeOptions options;
    final Subscribing subscribing;

    private final MessageBuffer buffer;
    private volatile boolean cancelled;

    /** What it subscribes to; changed on the loop alone. */
    private volatile List<TopicSubscription> subscriptions;

    /** Those of its filters that name levels; changed on the loop alone. */
    private volatile List<TopicTemplate> templates;

    // ---- loop only

    /** Marks the message that this was chosen for last: filters that overlap give it once. */
    int stamp;

    /** What it gets once more because its filters overlap; null until that is so. */
    @Nullable
    OtherCopies copies;

    /** Null until something was dropped. */
    private @Nullable DroppedMessages dropped;

    /** Whether it has left its route: what still comes has to go elsewhere. */
    private boolean gone;

    /** Whether the application has ended the subscription, and has done with what it did not take. */
    private boolean endedByName;

    private boolean ending;
    private boolean ended;
    private @Nullable Throwable error;

    MessageStream(Subscribing subscribing, SubscribeOptions options, MessageBuffer buffer) {
        this.subscribing = subscribing;
        this.options = options;
        this.buffer = buffer;
        this.subscriptions = options.subscriptions();
        this.templates = options.templates();
    }

    // ---- what it subscribes to

    final List<TopicSubscription> subscriptions() {
        return subscriptions;
    }

    public final List<TopicFilter> topicFilters() {
        return subscriptions.stream().map(TopicSubscription::topicFilter).toList();
    }

    /** Subscribes to what {@code other} subscribes to. */
    final void beginsAs(MessageStream other) {
        subscriptions = other.subscriptions;
        templates = other.templates;
    }

    /** Subscribes to {@code more} as well. */
    final void subscribesTo(TopicSubscription more, TopicTemplate template) {
        List<TopicFilter> known = topicFilters();
        List<TopicTemplate> still =
                templates.stream().filter(each -> known.contains(each.filter())).toList();
        templates = CopiedLists.with(still, template);
        subscriptions = CopiedLists.with(subscriptions, more);
    }

    /** The application has unsubscribed from {@code topicFilter}; true if this goes on, with its other filters. */
    boolean leaves(TopicFilter topicFilter) {
        boolean goesOn = subscriptions.size() > 1;
        if (goesOn) {
            without(topicFilter);
        }
        return goesOn;
    }

    /** Subscribes to {@code topicFilter} no more. What came by it and waits may still be asked for its levels. */
    final void without(TopicFilter topicFilter) {
        subscriptions = subscriptions.stream()
                .filter(subscription -> !subscription.topicFilter().equals(topicFilter))
                .toList();
    }

    /** It is let in: what it subscribes to now is asked for. */
    void joins() {}

    /** {@code topicFilter} cannot be had; true if this goes on all the same. */
    boolean goesOnWithout(TopicFilter topicFilter, MqttException cause) {
        return false;
    }

    /** Returns the subscription by which messages to {@code topicName} come; null if none matches and there is not just one. */
    final @Nullable TopicFilter filterOf(TopicName topicName) {
        for (TopicSubscription subscription : subscriptions) {
            if (subscription.topicFilter().matches(topicName)) {
                return subscription.topicFilter();
            }
        }
        return subscriptions.size() == 1 ? subscriptions.get(0).topicFilter() : null; // known by its identifier alone
    }

    /** Returns the level of {@code topicName} that a filter names; from any thread. */
    final @Nullable String variable(String name, TopicName topicName) {
        for (TopicTemplate template : templates) {
            String value = template.valueOf(name, topicName);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /** Tells whether acknowledgements wait for this subscriber. */
    final boolean acknowledges() {
        return options.acknowledgement() != AcknowledgementMode.WITHOUT_ME;
    }

    // ---- the subscriber leaves

    /** It wants no more; from any thread. */
    public final void cancel() {
        if (!cancelled) {
            cancelled = true;
            subscribing.turns().execute(this::leave);
        }
    }

    final boolean isCancelled() {
        return cancelled;
    }

    private void leave() {
        gone = true;
        left();
        subscribing.router().subscribers().leave(this);
    }

    /** It wants no more: whoever still knows this stream keeps nobody alive. */
    abstract void left();

    /** Ends this at once, and nothing else. Who subscribes anew because of that keeps the subscription at the Server. */
    final void fail(Throwable cause) {
        if (!cancelled && !ended) {
            cancelled = true;
            ended = true;
            CoreSubscriber<?> failed = actual();
            subscribing.turns().execute(this::leave);
            UserCode.run(() -> failed.onError(cause));
        }
    }

    /** Returns who hears of the end; one that does nothing once it has {@linkplain #left left}. */
    abstract CoreSubscriber<?> actual();

    final boolean isGone() {
        return gone;
    }

    /** Tells whether what this hands back is done with once the subscription has ended. */
    final boolean isDoneWithWhatItLeaves() {
        return endedByName || options.onCancel() == OnCancel.UNSUBSCRIBE;
    }

    // ---- from the router

    /** Gives {@code message} to the subscriber, now or later; true if it is done, and the session still to hear of it. */
    abstract boolean deliver(Arrival message);

    /** Lets {@code message} wait, if there is room. */
    final void enqueue(Arrival message) {
        if (message.flow == null && buffer.isFullFor(message) && !makeRoomFor(message)) {
            return;
        }
        buffer.add(message);
        if (options.overflow() == SubscribeOptions.Overflow.PAUSE_READING && buffer.isFull()) {
            subscribing.reading().pause(this);
        }
    }

    final boolean isOverfull() {
        return buffer.isOverfull();
    }

    /** Makes room for a message that need not be acknowledged, or says that there is none. */
    private boolean makeRoomFor(Arrival message) {
        switch (options.overflow()) {
            case PAUSE_READING -> {
                return true; // what was read before the pause took effect, or for an answer's sake
            }
            case DROP_OLDEST -> {
                do {
                    buffer.dropOldest();
                    dropped();
                } while (buffer.isFullFor(message));
                return true;
            }
            case DROP_NEWEST -> dropped();
            case FAIL -> {
                subscribing.router().subscribers().detach(this);
                end(new SubscriberOverflowException(words(topicFilters()), buffer.buffered()));
            }
        }
        return false;
    }

    static String words(List<TopicFilter> topicFilters) {
        return topicFilters.stream().map(TopicFilter::toString).collect(Collectors.joining(", "));
    }

    private void dropped() {
        if (dropped == null) {
            dropped = new DroppedMessages(this);
        }
        dropped.add();
    }

    /** Takes what may be taken now. */
    abstract void emit();

    /** What could be taken was taken: reads on if there is room, and ends this if nothing is left to wait for. */
    final void emitted() {
        if (!buffer.isFull()) {
            subscribing.reading().resume(this);
        }
        if (ending && !ended && !cancelled && isThrough()) {
            ended = true;
            ended();
            CoreSubscriber<?> subscriber = actual();
            Throwable cause = error;
            UserCode.run(cause == null ? subscriber::onComplete : () -> subscriber.onError(cause));
        }
    }

    /** Tells whether nothing waits, nor is worked on that its end has to wait for. */
    abstract boolean isThrough();

    /** It is over, and the subscriber is about to hear of it. */
    void ended() {}

    final boolean isEnding() {
        return ending;
    }

    /** Ends this once what waits was taken: with {@code cause}, or well if that is null. */
    final void end(@Nullable Throwable cause) {
        if (!ending) {
            ending = true;
            error = cause;
            ending();
            subscribing.reading().resume(this); // nothing more comes to it
            emit();
        }
    }

    /** This is to end, and may have something to do before. */
    void ending() {}

    /** Ends this, by the application's word: what it has not taken is done with, once the Server has answered. */
    final void endByName() {
        endedByName = true;
        handBackUntaken();
        end(null);
    }

    /** Gives everything back that the subscriber has not taken. */
    final void handBackUntaken() {
        buffer.takeUntaken().forEach(Arrival::handBack);
    }

    void granted(TopicFilter topicFilter, ReasonCode reasonCode) {
        UserCode.run(() -> options.onAnswer().accept(topicFilter, reasonCode));
    }

    /** Takes out what {@code comesAgain} picks, without acknowledging it, and shows it to {@code target}. */
    void forget(Predicate<? super Arrival> comesAgain, Consumer<? super Arrival> target) {
        buffer.removeIf(message -> {
            boolean forgets = message.flow != null && comesAgain.test(message);
            if (forgets) {
                target.accept(message);
            }
            return forgets;
        });
    }

    /** Returns what the subscriber has in hand, neither acknowledged nor handed back. */
    abstract Collection<Arrival> inHand();
}
