package io.reactivemqtt.micrometer;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;
import io.reactivemqtt.micrometer.MqttObservation.PublishKey;
import io.reactivemqtt.micrometer.MqttObservation.SpanKey;

/**
 * The names and keys of {@link MqttObservation#PUBLISH}. All methods have their defaults here, so that an application overrides the one that
 * it wants to be different, and adds to {@code MqttPublishObservationConvention.super.getLowCardinalityKeyValues(context)}. It passes it to
 * {@link ObservedMqttClient#observe}, or to the registry.
 */
public interface MqttPublishObservationConvention extends GlobalObservationConvention<MqttPublishContext> {

    /** All defaults. */
    MqttPublishObservationConvention DEFAULT = new MqttPublishObservationConvention() {};

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof MqttPublishContext;
    }

    @Override
    default String getName() {
        return "mqtt.publish";
    }

    /** Returns the name of spans: {@code mqtt publish}. */
    @Override
    default String getContextualName(MqttPublishContext context) {
        return "mqtt " + context.operation();
    }

    /** Returns a value for each {@link PublishKey}. */
    @Override
    default KeyValues getLowCardinalityKeyValues(MqttPublishContext context) {
        return KeyValues.of(
                PublishKey.SYSTEM.withValue("mqtt"),
                PublishKey.OPERATION.withValue(context.operation()),
                PublishKey.CLIENT.withValue(context.client()),
                PublishKey.QOS.withValue(String.valueOf(context.message().qos().level())),
                PublishKey.OUTCOME.withValue(context.outcome()));
    }

    /** Returns the Topic Name. */
    @Override
    default KeyValues getHighCardinalityKeyValues(MqttPublishContext context) {
        return KeyValues.of(
                SpanKey.TOPIC.withValue(context.message().topicName().toString()));
    }
}
