package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.OnCancel;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.client.SubscribeOptions.Overflow;
import org.jspecify.annotations.Nullable;

/**
 * What {@code subscribe} says of a filter, or {@code stream} of itself.
 *
 * @param stream its name, or null if it is one of the client's own
 * @param options the Topic Filter and how its messages come
 * @param firstRequest for how many messages it asks by itself; 0: for none
 * @param byHand whether a message waits for {@code ack} or {@code handBack}
 */
record StreamSettings(@Nullable String stream, SubscribeOptions options, long firstRequest, boolean byHand) {

    /** Reads one filter of {@code subscribe}. */
    static StreamSettings ofFilter(Fields fields, boolean byHand) {
        SubscribeOptions.Builder options = subscription(fields, Qos.AT_MOST_ONCE);
        fields.end();
        return new StreamSettings(null, options.build(), Long.MAX_VALUE, byHand);
    }

    /**
     * Reads {@code stream}.
     *
     * @param byHand what holds if it does not say itself how its messages are acknowledged
     */
    static StreamSettings ofStream(String name, Fields fields, boolean byHand) {
        SubscribeOptions.Builder options = subscription(fields, Qos.EXACTLY_ONCE);
        OnCancel onCancel = fields.choiceOrNull("onCancel", OnCancel.class);
        AcknowledgementMode acknowledgement = fields.choiceOrNull("acknowledgement", AcknowledgementMode.class);
        Long buffer = fields.numberOrNull("buffer", 1, Integer.MAX_VALUE);
        Overflow overflow = fields.choiceOrNull("overflow", Overflow.class);
        Long request = fields.numberOrNull("request", 0, Long.MAX_VALUE);
        fields.end();
        if (onCancel != null) {
            options.onCancel(onCancel);
        }
        if (acknowledgement != null) {
            options.acknowledgement(acknowledgement);
        }
        SubscribeOptions defaults = options.build();
        options.buffer(
                buffer == null ? defaults.bufferedMessages() : buffer.intValue(),
                overflow == null ? defaults.overflow() : overflow);
        return new StreamSettings(
                name,
                options.build(),
                request == null ? 0 : request,
                acknowledgement == null ? byHand : acknowledgement == AcknowledgementMode.BY_HAND);
    }

    /** Acknowledged here, once the reader can have the event: what a killed process did not write comes again. */
    private static SubscribeOptions.Builder subscription(Fields fields, Qos otherwise) {
        String filter = fields.text("filter");
        Long retainHandling = fields.numberOrNull("rh", 0, 2);
        return SubscribeOptions.builder()
                .filter(filter)
                .qos(fields.qos("qos", otherwise))
                .noLocal(fields.flag("nl", false))
                .retainAsPublished(fields.flag("rap", false))
                .retainHandling(RetainHandling.of(retainHandling == null ? 0 : retainHandling.intValue()))
                .acknowledgement(AcknowledgementMode.BY_HAND);
    }

    String filter() {
        return options.topicFilters().get(0).toString();
    }
}
