package io.reactivemqtt.samples.cli.options;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.Will;
import io.reactivemqtt.client.ClientOptions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the Server publishes if the connection ends without a DISCONNECT. */
final class WillOptions {

    @Option(
            names = "--will-topic",
            paramLabel = "TOPIC",
            converter = Converters.Topic.class,
            description = "Where the Server publishes the Will if this command ends without DISCONNECT.")
    private @Nullable TopicName topic;

    @Option(
            names = {"--will-message", "--will-payload"},
            paramLabel = "TEXT",
            description = "The Will's payload. Default: empty.")
    private @Nullable String message;

    @Option(
            names = "--will-qos",
            paramLabel = "QOS",
            converter = Converters.QosLevel.class,
            description = "The Will's QoS: 0 (default), 1 or 2.")
    private @Nullable Qos qos;

    @Option(names = "--will-retain", description = "The Server retains the Will.")
    private boolean retain;

    @Option(
            names = "--will-delay",
            paramLabel = "TIME",
            converter = Converters.Interval.class,
            description = "How long the Server waits before it publishes the Will. Default: 0.")
    private @Nullable Duration delay;

    void apply(ClientOptions.Builder options, List<PacketProperty> properties) {
        if (topic == null) {
            if (message != null
                    || qos != null
                    || retain
                    || delay != null
                    || properties.stream()
                            .anyMatch(property -> property.packet().equals("will"))) {
                throw new IllegalArgumentException("a Will needs a --will-topic");
            }
            return;
        }
        ApplicationMessage.Builder published = ApplicationMessage.to(topic)
                .payload(message == null ? Payload.EMPTY : Payload.utf8(message))
                .qos(qos == null ? Qos.AT_MOST_ONCE : qos)
                .retain(retain);
        Duration wait = delay == null ? Duration.ZERO : delay;
        for (PacketProperty property : properties) {
            Duration given = property.willDelay();
            if (given == null) {
                property.applyTo("will", published);
            } else {
                wait = given;
            }
        }
        options.will(Will.of(published.build()).withDelay(wait));
    }
}
