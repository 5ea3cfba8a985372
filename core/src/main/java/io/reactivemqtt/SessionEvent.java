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
