package io.reactivemqtt.client;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.exception.StoreException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happens in the life of a client beside the messages: for logs, metrics and people. */
public sealed interface ClientEvent {

    /**
     * The Server accepted the connection.
     *
     * @param clientIdentifier the name of the Session, also if the Server made it up
     * @param sessionPresent whether the Server resumes a Session that it had
     */
    record Connected(String clientIdentifier, boolean sessionPresent) implements ClientEvent {}

    /**
     * The connection ended.
     *
     * @param cause why; null: because {@code disconnect()} was called
     * @param byServer whether the Server said so by a DISCONNECT
     */
    record Disconnected(@Nullable MqttException cause, boolean byServer) implements ClientEvent {}

    /**
     * A new connection will be tried.
     *
     * @param attempt counts from 1 since the last good connection
     * @param delay how long from now
     * @param cause why the last one ended or could not be made
     */
    record ReconnectScheduled(int attempt, Duration delay, MqttException cause) implements ClientEvent {}

    /**
     * No new connection will be tried, because it could not go better.
     *
     * @param cause why the last one ended or could not be made
     */
    record ReconnectStopped(MqttException cause) implements ClientEvent {}

    /**
     * Client and Server go on with the Session of an earlier connection.
     *
     * @param publishesToRepeat how many PUBLISH packets are sent again
     * @param releasesToRepeat how many PUBREL packets are sent again
     */
    record SessionResumed(int publishesToRepeat, int releasesToRepeat) implements ClientEvent {}

    /**
     * The Server has lost the Session, or was told to.
     *
     * @param completed QoS 2 messages that the Server had taken over; they count as delivered
     * @param unknown messages that were sent, whose outcome cannot be known
     * @param policy what becomes of those
     * @param forgotten incoming QoS 2 messages whose handshake ends here
     * @param subscriptions how many subscriptions are re-established
     */
    record SessionLost(int completed, int unknown, SessionLossPolicy policy, int forgotten, int subscriptions)
            implements ClientEvent {}

    /**
     * The store was opened, and what an earlier process or connection left in it is known again.
     *
     * @param inFlight outgoing messages that were sent and are not completely acknowledged
     * @param waiting messages that wait to be sent for the first time
     * @param received incoming QoS 2 messages that the application was done with
     * @param subscriptions what the Server had granted
     */
    record SessionRecovered(int inFlight, int waiting, int received, int subscriptions) implements ClientEvent {}

    /**
     * A Session that an earlier process stored, or what waited in it, was given up.
     *
     * @param reason why
     * @param messages how many outgoing messages; {@code receipts()} tells of each
     * @param received how many incoming QoS 2 messages
     * @param subscriptions how many subscriptions
     */
    record SessionDiscarded(Reason reason, int messages, int received, int subscriptions) implements ClientEvent {

        /** Why a stored Session was given up. */
        public enum Reason {
            /** Its Session Expiry Interval has passed while no process ran, so the Server has given it up too. */
            EXPIRED,
            /** Clean Start was asked for, and the Server has begun a new Session. */
            CLEAN_START
        }
    }

    /**
     * An entry of the store could not be read and was set aside.
     *
     * @param description which entry, why, and where it is now
     */
    record StoredEntryUnreadable(String description) implements ClientEvent {}

    /**
     * The store failed: what was not durable yet is forgotten, and the connection is closed without acknowledging more.
     *
     * @param cause {@link StoreException}: the client recovers when it connects again; {@link SessionTakenOverException}: it
     *     stops
     */
    record StoreFailed(MqttException cause) implements ClientEvent {}

    /**
     * The Server answered the subscriptions that were re-established after it had lost the Session.
     *
     * @param topicFilter which
     * @param reasonCode how; below 0x80 it is there again
     */
    record SubscriptionRestored(TopicFilter topicFilter, ReasonCode reasonCode) implements ClientEvent {}

    /**
     * A message arrived that no subscriber of this client asks for.
     *
     * @param topicName where it was published
     * @param qos how it came
     * @param held whether it waits, unacknowledged, for a subscriber; else it was acknowledged and is gone: it was QoS 0, nobody
     *     had subscribed to it, or the application has ended the subscription
     */
    record MessageWithoutSubscriber(TopicName topicName, Qos qos, boolean held) implements ClientEvent {}

    /**
     * A message arrived that is beyond a limit which the application has set: nobody gets it. At QoS 1 and 2 the Server is told by
     * PUBACK or PUBREC, at QoS 0 this event is all there is.
     *
     * @param topicName where it was published
     * @param qos how it came
     * @param reasonCode what the Server is told
     * @param limit which limit it is beyond, in words
     */
    record MessageRefused(TopicName topicName, Qos qos, ReasonCode reasonCode, String limit) implements ClientEvent {}

    /**
     * Messages that no subscriber has taken wait, unacknowledged, for the next subscriber of their filter. They use up the Receive
     * Maximum and hold the acknowledgements behind them back. What helps: subscribe again, {@code unsubscribe(filter)}, or
     * {@code onCancel(UNSUBSCRIBE)}. Told once until they are gone.
     *
     * @param topicFilter the subscription that they belong to
     * @param messages how many there are so far
     * @param keepFor after so long the connection is given up and re-established, but not the messages
     */
    record MessagesHandedBack(TopicFilter topicFilter, int messages, Duration keepFor) implements ClientEvent {}

    /**
     * No subscriber has come for messages that were handed back, so the connection is given up and re-established: the Server sends
     * them again. See {@link MessagesHandedBack} for what helps.
     *
     * @param topicFilter the subscription that they belong to
     * @param messages how many
     * @param keptFor how long they waited; it doubles each time, up to an hour
     */
    record MessagesNotTaken(TopicFilter topicFilter, int messages, Duration keptFor) implements ClientEvent {}

    /**
     * The Session has a subscription that no code of this process has asked for, left by an earlier version of the program. It was
     * ended, and the messages that had come for it were acknowledged [MQTT-4.5.0-2].
     *
     * @param topicFilter the subscription
     * @param messages how many messages were acknowledged
     */
    record SubscriptionUnclaimed(TopicFilter topicFilter, int messages) implements ClientEvent {}

    /**
     * Somebody waits for a connection, and {@code connect()} was not called yet. Told once.
     *
     * @param waitedFor how long
     */
    record ConnectNotCalled(Duration waitedFor) implements ClientEvent {}

    /**
     * An error in the program itself, of this library or of what it runs on, ended the client: whoever waited was told, and {@code
     * connect()} begins anew with what the store has.
     *
     * @param cause what was thrown, as its cause
     */
    record ClientFailed(MqttException cause) implements ClientEvent {}

    /**
     * A subscriber fell behind, and messages that need no acknowledgement of it were dropped. Told at once, and then at most once a
     * second.
     *
     * @param topicFilters the subscription
     * @param count how many since the last such event
     */
    record MessagesDropped(List<TopicFilter> topicFilters, long count) implements ClientEvent {}

    /**
     * Three connections in a row ended within a second, each with the same message first in flight: the Server answers it by closing. It
     * is stopped, so that what waits behind it goes on.
     *
     * @param sequence its number, by which {@code withdraw()} knows it
     * @param topicName where it was to be published
     * @param qos at which QoS
     * @param kept whether it stays in the Session, to be tried again on a connection made ten minutes later, or by the next process, unless
     *     it is withdrawn; else it has failed
     */
    record MessageStuck(long sequence, TopicName topicName, Qos qos, boolean kept) implements ClientEvent {}

    /**
     * The Server sent a packet that is larger than this client takes, and the connection was closed. MQTT 3.1.1 has no way to tell the
     * Server what is too large, so it sends the packet again on each connection: set a larger {@code maximumPacketSize()}, or have the
     * message removed at the Server. Told once.
     *
     * @param maximumPacketSize what is taken, in bytes
     * @param packet which packet it is, and how large
     */
    record IncomingPacketTooLarge(int maximumPacketSize, String packet) implements ClientEvent {}

    /**
     * Several connections in a row were lost within a second of their CONNACK. Another client may use the same Client Identifier: the
     * Server then closes the connection of one whenever the other connects. The next attempts wait longer.
     *
     * @param times how many in a row
     */
    record ConnectionsLostAtOnce(int times) implements ClientEvent {}

    /**
     * The Server sent more unacknowledged messages than the Receive Maximum allows; told once a connection.
     *
     * @param receiveMaximum what was announced
     */
    record ReceiveMaximumOverrun(int receiveMaximum) implements ClientEvent {}
}
