package io.reactivemqtt.micrometer;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;
import io.reactivemqtt.micrometer.MqttObservation.ProcessKey;
import io.reactivemqtt.micrometer.MqttObservation.SpanKey;

/**
 * The names and keys of {@link MqttObservation#PROCESS}. All methods have their defaults here, so that an application overrides the one that
 * it wants to be different, and adds to {@code MqttProcessObservationConvention.super.getLowCardinalityKeyValues(context)}. It passes it to
 * {@link ObservedMqttClient#observe}, or to the registry.
 */
public interface MqttProcessObservationConvention extends GlobalObservationConvention<MqttProcessContext> {

    /** All defaults. */
    MqttProcessObservationConvention DEFAULT = new MqttProcessObservationConvention() {};

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof MqttProcessContext;
    }

    @Override
    default String getName() {
        return "mqtt.process";
    }

    /** Returns the name of spans: {@code mqtt process} and the template, if there is one. */
    @Override
    default String getContextualName(MqttProcessContext context) {
        String name = "mqtt " + context.operation();
        return context.template().equals(KeyValue.NONE_VALUE) ? name : name + " " + context.template();
    }

    /** Returns a value for each {@link ProcessKey}. */
    @Override
    default KeyValues getLowCardinalityKeyValues(MqttProcessContext context) {
        return KeyValues.of(
                ProcessKey.SYSTEM.withValue("mqtt"),
                ProcessKey.OPERATION.withValue(context.operation()),
                ProcessKey.CLIENT.withValue(context.client()),
                ProcessKey.QOS.withValue(context.qos()),
                ProcessKey.TEMPLATE.withValue(context.template()),
                ProcessKey.OUTCOME.withValue(context.outcome()));
    }

    /** Returns the Topic Name of a message, the size of a batch. */
    @Override
    default KeyValues getHighCardinalityKeyValues(MqttProcessContext context) {
        return KeyValues.of(
                context.isBatch()
                        ? SpanKey.BATCH_SIZE.withValue(
                                String.valueOf(context.messages().size()))
                        : SpanKey.TOPIC.withValue(
                                context.messages().get(0).topicName().toString()));
    }
}
