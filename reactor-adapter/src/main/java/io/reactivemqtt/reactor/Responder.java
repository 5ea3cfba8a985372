package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SessionOptions;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Answers requests. */
final class Responder {

    private final ReactorMqttClient client;
    private final boolean tellsFailures;
    private final Function<? super ReceivedMessage, ? extends Mono<ApplicationMessage>> handler;

    /**
     * Where a response goes.
     *
     * @param correlationData what tells the asker which request it is for; null in MQTT 3.1.1, and if the request has none
     * @param properties whether the asker speaks MQTT 5.0
     */
    private record Address(TopicName topicName, @Nullable Payload correlationData, boolean properties) {

        ApplicationMessage on(ApplicationMessage response) {
            ApplicationMessage.Builder builder = response.toBuilder().topicName(topicName.toString());
            if (!properties) {
                builder.utf8Payload(false); // text() says so, and nobody could hear it
            } else if (correlationData != null) {
                builder.correlationData(correlationData);
            }
            return builder.build();
        }

        ApplicationMessage failure(ReceivedMessage request, Throwable cause) {
            String kind = cause.getClass().getSimpleName();
            return properties
                    ? on(ApplicationMessage.answer()
                            .qos(request.qos())
                            .userProperties(UserProperties.of(RequestConvention.ERROR_PROPERTY, kind))
                            .build())
                    : ApplicationMessage.of(topicName + RequestConvention.ERROR_LEVEL, kind, request.qos());
        }
    }

    Responder(
            ReactorMqttClient client,
            ConsumeOptions options,
            Function<? super ReceivedMessage, ? extends Mono<ApplicationMessage>> handler) {
        this.client = client;
        this.tellsFailures = options.onFailure().retries() == 0;
        this.handler = handler;
    }

    /** Returns {@code options} with the filters by which requests come in the versions of MQTT that {@code session} may speak. */
    static ConsumeOptions filters(ConsumeOptions options, SessionOptions session) {
        if (session.protocolVersion() == ProtocolVersion.MQTT_5_0 && session.fallback() == null) {
            return options;
        }
        return options.mutate()
                .filtersAlsoFollowedBy(RequestConvention.REQUESTS)
                .build();
    }

    /** Processes a request: done when its response is published. */
    Publisher<?> process(ReceivedMessage request) {
        Address address = address(request);
        Mono<ApplicationMessage> response = Mono.defer(() -> handler.apply(request));
        if (address == null) {
            return response.then();
        }
        return response.onErrorResume(cause -> tellsFailures
                        ? tell(address.failure(request, cause), cause).then(Mono.error(cause))
                        : Mono.error(cause))
                .flatMap(message -> client.publish(address.on(message)));
    }

    private Mono<Void> tell(ApplicationMessage failure, Throwable cause) {
        return client.publish(failure)
                .onErrorResume(notTold -> {
                    cause.addSuppressed(notTold);
                    return Mono.empty();
                })
                .then();
    }

    private static @Nullable Address address(ReceivedMessage request) {
        TopicName responseTopic = request.message().properties().responseTopic();
        if (responseTopic != null) {
            return new Address(responseTopic, request.message().properties().correlationData(), true);
        }
        TopicName byConvention = RequestConvention.responseTopic(request.topicName());
        return byConvention == null ? null : new Address(byConvention, null, false);
    }
}
