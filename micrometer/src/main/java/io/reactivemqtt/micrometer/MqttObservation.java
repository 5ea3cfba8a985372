package io.reactivemqtt.micrometer;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/** What {@link ObservedMqttClient} observes, and by which keys. */
public enum MqttObservation implements ObservationDocumentation {

    /** A message that is published, from the subscription until its outcome is known. */
    PUBLISH {
        @Override
        public String getName() {
            return "mqtt.publish";
        }

        @Override
        public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
            return MqttPublishObservationConvention.class;
        }

        @Override
        public KeyName[] getLowCardinalityKeyNames() {
            return PublishKey.values();
        }
    },

    /** One try of a handler to process a message, or a batch of them. */
    PROCESS {
        @Override
        public String getName() {
            return "mqtt.process";
        }

        @Override
        public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
            return MqttProcessObservationConvention.class;
        }

        @Override
        public KeyName[] getLowCardinalityKeyNames() {
            return ProcessKey.values();
        }
    };

    @Override
    public KeyName[] getHighCardinalityKeyNames() {
        return SpanKey.values();
    }

    /** The tags of the timer {@code mqtt.publish}, and attributes of its spans. */
    public enum PublishKey implements KeyName {
        /** {@code mqtt}. */
        SYSTEM("messaging.system"),
        /** {@code publish}, {@code enqueue} or {@code request}. */
        OPERATION("messaging.operation"),
        /** The name that the client was given when it was observed. */
        CLIENT("client"),
        /** {@code 0}, {@code 1} or {@code 2}. */
        QOS("qos"),
        /** See {@link MqttPublishContext#outcome}. */
        OUTCOME("outcome");

        private final String key;

        PublishKey(String key) {
            this.key = key;
        }

        @Override
        public String asString() {
            return key;
        }
    }

    /** The tags of the timer {@code mqtt.process}, and attributes of its spans. */
    public enum ProcessKey implements KeyName {
        /** {@code mqtt}. */
        SYSTEM("messaging.system"),
        /** {@code process}, {@code batch} or {@code respond}. */
        OPERATION("messaging.operation"),
        /** The name that the client was given when it was observed. */
        CLIENT("client"),
        /** {@code 0}, {@code 1} or {@code 2}; {@code several} for a batch in which they differ. */
        QOS("qos"),
        /** See {@link MqttProcessContext#template}. */
        TEMPLATE("messaging.destination.template"),
        /** See {@link MqttProcessContext#outcome}. */
        OUTCOME("outcome");

        private final String key;

        ProcessKey(String key) {
            this.key = key;
        }

        @Override
        public String asString() {
            return key;
        }
    }

    /** What only spans have. */
    public enum SpanKey implements KeyName {
        /** The Topic Name; not of batches. */
        TOPIC("messaging.destination.name"),
        /** How many messages a batch has; only of batches. */
        BATCH_SIZE("messaging.batch.message_count");

        private final String key;

        SpanKey(String key) {
            this.key = key;
        }

        @Override
        public String asString() {
            return key;
        }
    }
}
