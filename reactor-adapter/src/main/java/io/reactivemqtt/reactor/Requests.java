package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.engine.UserRequests;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The requests of a client, and the subscriptions by which their responses come. */
final class Requests {

    private static final int IDLE_AT_MOST = 16;

    final ReactorMqttClient client;
    final UserRequests engine;

    /** Tells the requests of this client from those of an earlier process with its identifier, whose responses may still come. */
    private final UUID own = UUID.randomUUID();

    private final Map<TopicFilter, Responses> responses = new HashMap<>();

    /** Those that no request waits for, the one that was needed last behind; few of them stay, for requests may name topics of their own. */
    private final Set<Responses> idle = new LinkedHashSet<>();

    private long lastNumber;

    /**
     * A request as it leaves.
     *
     * @param responses the subscription that brings its response
     * @param key what is in the response, so that it is known
     */
    record Addressed(ApplicationMessage message, Responses responses, Object key) {}

    Requests(ReactorMqttClient client, UserRequests engine) {
        this.client = client;
        this.engine = engine;
    }

    static void requirePositive(Duration time) {
        if (time.isZero() || time.isNegative()) {
            throw new IllegalArgumentException("the time for a response is positive, not " + time);
        }
    }

    // ---- from any thread

    /** Returns the first response to {@code request}. */
    Mono<ReceivedMessage> one(ApplicationMessage request, Duration timeout) {
        return responses(request, timeout, true).next();
    }

    /** Returns all responses to {@code request} that come in time. */
    Flux<ReceivedMessage> many(ApplicationMessage request, Duration within) {
        return responses(request, within, false);
    }

    private Flux<ReceivedMessage> responses(ApplicationMessage request, Duration time, boolean needsOne) {
        return Flux.create(sink -> {
            Exchange exchange = new Exchange(this, request, time, needsOne, sink);
            sink.onDispose(exchange::cancel);
            exchange.begin();
        });
    }

    // ---- loop only

    /** Returns {@code request} with the address for its response, as the present connection has it. */
    Addressed address(ApplicationMessage request, ConnectResult connection) {
        long number = ++lastNumber;
        if (connection.protocolVersion() == ProtocolVersion.MQTT_3_1_1) {
            String asker = asker();
            String key = Long.toHexString(own.getMostSignificantBits()) + "-" + number;
            Responses to = responsesAt(
                    TopicFilter.of(RequestConvention.responseTopic(asker) + "/#"),
                    answer -> RequestConvention.number(answer.topicName(), asker));
            TopicName requestTopic = RequestConvention.requestTopic(request.topicName(), asker, key);
            return new Addressed(
                    request.toBuilder().topicName(requestTopic.toString()).build(), to, key);
        }
        TopicName wanted = request.properties().responseTopic();
        TopicName responseTopic = wanted == null ? defaultTopic(connection) : wanted;
        Payload given = request.properties().correlationData();
        Payload correlationData = given == null ? correlationData(number) : given;
        ApplicationMessage addressed = request.toBuilder()
                .responseTopic(responseTopic.toString())
                .correlationData(correlationData)
                .build();
        Responses to = responsesAt(
                TopicFilter.of(responseTopic.toString()),
                answer -> answer.message().properties().correlationData());
        return new Addressed(addressed, to, correlationData);
    }

    private Payload correlationData(long number) {
        byte[] bytes = new byte[2 * Long.BYTES];
        ByteBuffer.wrap(bytes).putLong(own.getMostSignificantBits()).putLong(number);
        return Payload.wrap(bytes);
    }

    private TopicName defaultTopic(ConnectResult connection) {
        String basis = connection.connAck().responseInformation();
        if (basis != null) {
            String topic = basis + (basis.endsWith("/") ? "" : "/") + asker();
            if (TopicName.isValid(topic)) {
                return TopicName.of(topic);
            }
        }
        return TopicName.of(RequestConvention.responseTopic(asker()));
    }

    private String asker() {
        String identifier = engine.clientIdentifier();
        return identifier.isEmpty() ? own.toString() : RequestConvention.level(identifier);
    }

    private Responses responsesAt(TopicFilter topicFilter, Responses.Keys keys) {
        @Nullable Responses known = responses.get(topicFilter);
        if (known != null) {
            return known;
        }
        Responses more = new Responses(this, topicFilter, keys);
        responses.put(topicFilter, more);
        more.begin();
        return more;
    }

    /** No request waits for {@code which} any more. */
    void idle(Responses which) {
        idle.remove(which);
        idle.add(which);
        idle.removeIf(Responses::isAwaited);
        if (idle.size() > IDLE_AT_MOST) {
            idle.iterator().next().end();
        }
    }

    /** The subscription has ended: the next request makes another one. */
    void ended(TopicFilter topicFilter, Responses which) {
        responses.remove(topicFilter, which);
        idle.remove(which);
    }
}
