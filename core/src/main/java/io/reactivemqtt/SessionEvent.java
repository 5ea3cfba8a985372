package io.reactivemqtt;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happens in the life of a client beside the messages: for logs, metrics and people. */
public sealed interface SessionEvent {

    /**
     * The Server accepted the connection.
     *
     * @param clientIdentifier the name of the Session, also if the Server made it up
     * @param sessionPresent whether the Server goes on with a Session that it had
     */
    record Connected(String clientIdentifier, boolean sessionPresent) implements SessionEvent {}

    /**
     * The connection ended.
     *
     * @param cause why; null: because {@code disconnect()} was called
     * @param byServer whether the Server said so by a DISCONNECT
     */
    record Disconnected(@Nullable MqttException cause, boolean byServer) implements SessionEvent {}

    /**
     * A new connection will be tried.
     *
     * @param attempt counts from 1 since the last good connection
     * @param delay how long from now
     * @param cause why the last one ended or could not be made
     */
    record ReconnectScheduled(int attempt, Duration delay, MqttException cause) implements SessionEvent {}

    /**
     * No new connection will be tried, because it could not go better.
     *
     * @param cause why the last one ended or could not be made
     */
    record ReconnectStopped(MqttException cause) implements SessionEvent {}

    /**
     * Client and Server go on with the Session of an earlier connection.
     *
     * @param publishesToRepeat how many PUBLISH packets are sent again
     * @param releasesToRepeat how many PUBREL packets are sent again
     */
    record SessionResumed(int publishesToRepeat, int releasesToRepeat) implements SessionEvent {}

    /**
     * The Server has lost the Session, or was told to.
     *
     * @param completed QoS 2 messages that the Server had taken over; they count as delivered
     * @param unknown messages that were sent, whose outcome cannot be known
     * @param policy what becomes of those
     * @param forgotten incoming QoS 2 messages whose handshake ends here
     * @param subscriptions how many subscriptions are made anew
     */
    record SessionLost(
            int completed, int unknown, ConnectOptions.SessionLossPolicy policy, int forgotten, int subscriptions)
            implements SessionEvent {}

    /**
     * The store was opened, and what an earlier process or connection left in it is known again.
     *
     * @param inFlight outgoing messages that were sent and are not completely acknowledged
     * @param waiting messages that wait to be sent for the first time
     * @param received incoming QoS 2 messages that the application was done with
     * @param subscriptions what the Server had granted
     */
    record SessionRecovered(int inFlight, int waiting, int received, int subscriptions) implements SessionEvent {}

    /**
     * A Session that an earlier process stored, or what waited in it, was given up.
     *
     * @param reason why
     * @param messages how many outgoing messages; {@code receipts()} tells of each
     * @param received how many incoming QoS 2 messages
     * @param subscriptions how many subscriptions
     */
    record SessionDiscarded(Reason reason, int messages, int received, int subscriptions) implements SessionEvent {

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
    record StoredEntryUnreadable(String description) implements SessionEvent {}

    /**
     * The store failed: what was not durable yet is forgotten, and the connection is closed without acknowledging more.
     *
     * @param cause {@link StoreException}: the client recovers when it connects again; {@link SessionTakenOverException}: it
     *     stops
     */
    record StoreFailed(MqttException cause) implements SessionEvent {}

    /**
     * The Server answered the subscriptions that were made anew after it had lost the Session.
     *
     * @param topicFilter which
     * @param reasonCode how; below 0x80 it is there again
     */
    record SubscriptionRestored(TopicFilter topicFilter, ReasonCode reasonCode) implements SessionEvent {}

    /**
     * A message arrived that no subscriber of this client asks for.
     *
     * @param topicName where it was published
     * @param qos how it came
     * @param held whether it waits, unacknowledged, for a subscriber; else it was acknowledged and is gone
     */
    record MessageWithoutSubscriber(TopicName topicName, Qos qos, boolean held) implements SessionEvent {}

    /**
     * A message arrived that is beyond a limit which the application has set: nobody gets it. At QoS 1 and 2 the Server is told by
     * PUBACK or PUBREC, at QoS 0 this event is all there is.
     *
     * @param topicName where it was published
     * @param qos how it came
     * @param reasonCode what the Server is told
     * @param limit which limit it is beyond, in words
     */
    record MessageRefused(TopicName topicName, Qos qos, ReasonCode reasonCode, String limit) implements SessionEvent {}

    /**
     * A subscriber fell behind, and QoS 0 messages for it were dropped.
     *
     * @param topicFilters the subscription
     * @param count how many since the last such event
     */
    record MessagesDropped(List<TopicFilter> topicFilters, long count) implements SessionEvent {}

    /**
     * The Server sent more unacknowledged messages than the Receive Maximum allows; told once a connection.
     *
     * @param receiveMaximum what was announced
     */
    record ReceiveMaximumOverrun(int receiveMaximum) implements SessionEvent {}
}
