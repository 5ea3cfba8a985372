package io.reactivemqtt.reactor;

import io.reactivemqtt.client.SessionInspection;
import reactor.core.publisher.Mono;

/** What a {@link ReactorMqttClient} shows of its Session: what is in it, and all of it as a text. */
public interface ReactorSessionAccess {

    /**
     * Returns what the Session contains now, without payloads.
     *
     * @return once for each subscriber; an error, {@link io.reactivemqtt.exception.StoreException}, if the store cannot be read
     */
    Mono<SessionInspection> inspectSession();

    /** Returns what the Session contains now, as {@link #inspectSession()} does, with the messages themselves. */
    Mono<SessionInspection> inspectSessionWithMessages();

    /**
     * Gives up an outgoing QoS 1 or 2 message that waits or was sent, for example one that the Server does not accept. Its caller
     * fails with {@link io.reactivemqtt.exception.OutcomeUnknownException} if it was sent, because it may have been delivered, and with
     * {@link io.reactivemqtt.exception.NotSentException} if not.
     *
     * @param sequence its number: of {@link #inspectSession}, of {@link ReactorMqttClient#enqueue}, or of an event
     * @return once for each subscriber: whether there was such a message; not one that the Server has confirmed by PUBREC
     */
    Mono<Boolean> withdraw(long sequence);

    /**
     * Saves the Session State as a text that {@link #restoreSession} understands, in any client with the same Client Identifier:
     * on another machine, with another store, or in the other version of MQTT. It is versioned JSON, with the QoS 1 and 2
     * messages that are not completely acknowledged, those that wait, the subscriptions, and the time at which the Session
     * expires. It contains payloads: protect it as you protect them.
     *
     * <p>What happens afterwards is not in it: restore it only if this client does not resume the Session.
     *
     * @return the text, on a thread that may be another than the event loop; an error, {@link
     *     io.reactivemqtt.exception.StoreException}, if the store cannot be read
     */
    Mono<String> saveSession();

    /**
     * Restores what {@link #saveSession} returned; it replaces all Session State of this client. From then on Clean Start is 0,
     * whatever the options say: the Server's Session Present decides whether the Session is resumed.
     *
     * @return completes when the state is restored, and durable if there is a store; an error after which the client is
     *     unchanged: {@link io.reactivemqtt.exception.SnapshotRefusedException} if {@code json} is damaged, of another version or
     *     of another client, {@link IllegalStateException} if the client has connected, published or subscribed already, {@link
     *     io.reactivemqtt.exception.StoreException} if the store fails
     */
    Mono<Void> restoreSession(String json);
}
