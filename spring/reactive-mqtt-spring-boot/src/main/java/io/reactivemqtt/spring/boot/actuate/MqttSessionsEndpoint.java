package io.reactivemqtt.spring.boot.actuate;

import io.reactivemqtt.client.MessageInFlight;
import io.reactivemqtt.client.SessionInspection;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.spring.boot.MqttClients;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What the Sessions of the clients contain, without payloads, and which are stored. To delete a stored one,
 * {@code management.endpoint.mqttsessions.access=unrestricted} has to be set.
 */
@Endpoint(id = "mqttsessions", defaultAccess = Access.READ_ONLY)
public final class MqttSessionsEndpoint {

    private final MqttClients clients;

    /** Tells of {@code clients}, by their names. */
    public MqttSessionsEndpoint(MqttClients clients) {
        this.clients = clients;
    }

    /** Returns the Session of each client. */
    @ReadOperation
    public Mono<Map<String, SessionDescriptor>> sessions() {
        return Flux.fromIterable(clients.byName().entrySet())
                .concatMap(entry -> descriptor(entry.getValue()).map(found -> Map.entry(entry.getKey(), found)))
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    /** Returns the Session of one client. */
    @ReadOperation
    public Mono<SessionDescriptor> session(@Selector String client) {
        return Mono.justOrEmpty(clients.byName().get(client)).flatMap(MqttSessionsEndpoint::descriptor);
    }

    /**
     * Deletes what is stored of a Session that no client uses: the Server keeps its part.
     *
     * @return whether it is done; not if a client of this application uses that Session, there is no such client, or it has no store
     */
    @DeleteOperation
    public Mono<Boolean> delete(@Selector String client, @Selector String clientIdentifier) {
        return Mono.justOrEmpty(clients.byName().get(client))
                .flatMap(known -> delete(known, clientIdentifier))
                .defaultIfEmpty(false);
    }

    private Mono<Boolean> delete(ReactorMqttClient client, String clientIdentifier) {
        SessionStore store = client.options().sessionStore();
        if (store == null) {
            return Mono.empty();
        }
        boolean isUsed = clients.byName().values().stream()
                .anyMatch(other -> other.options().session().clientIdentifier().equals(clientIdentifier));
        if (isUsed) {
            return Mono.just(false);
        }
        SessionKey key = SessionKey.of(client.options().sessionNamespace(), clientIdentifier);
        return Mono.from(store.delete(key)).thenReturn(true);
    }

    private static Mono<SessionDescriptor> descriptor(ReactorMqttClient client) {
        return client.inspectSession()
                .flatMap(session -> stored(client).map(stored -> SessionDescriptor.of(session, stored)));
    }

    private static Mono<List<String>> stored(ReactorMqttClient client) {
        SessionStore store = client.options().sessionStore();
        return store == null
                ? Mono.just(List.of())
                : Flux.from(store.sessions(client.options().sessionNamespace()))
                        .map(SessionKey::clientIdentifier)
                        .sort()
                        .collectList()
                        .onErrorReturn(UnsupportedOperationException.class, List.of());
    }

    /**
     * A Session.
     *
     * @param clientIdentifier whose
     * @param connected whether it has a connection
     * @param waiting how many messages wait to be sent for the first time
     * @param inFlight messages that are not completely acknowledged
     * @param subscriptions what the Server has granted
     * @param stored Client Identifiers whose Sessions are in the same store
     */
    public record SessionDescriptor(
            String clientIdentifier,
            boolean connected,
            int waiting,
            List<MessageDescriptor> inFlight,
            List<String> subscriptions,
            List<String> stored) {

        static SessionDescriptor of(SessionInspection session, List<String> stored) {
            return new SessionDescriptor(
                    session.clientIdentifier(),
                    session.connected(),
                    session.waiting(),
                    session.inFlight().stream().map(MessageDescriptor::of).toList(),
                    session.subscriptions().stream()
                            .map(subscription -> subscription.topicFilter() + " at " + subscription.qos())
                            .toList(),
                    stored);
        }
    }

    /**
     * A message between its two ends.
     *
     * @param direction which way it goes
     * @param qos its Quality of Service
     * @param topic where it was published, or null where that is not known any more
     * @param stage what it waits for
     * @param age for how long
     */
    public record MessageDescriptor(
            MessageInFlight.Direction direction,
            int qos,
            @Nullable String topic,
            MessageInFlight.Stage stage,
            Duration age) {

        static MessageDescriptor of(MessageInFlight message) {
            return new MessageDescriptor(
                    message.direction(),
                    message.qos().level(),
                    message.topicName() == null ? null : message.topicName().toString(),
                    message.stage(),
                    message.age());
        }
    }
}
