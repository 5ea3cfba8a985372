package io.reactivemqtt.client;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.exception.StoreException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happens in the life of a client apart from messages: for logs, metrics and alarms. */
public sealed interface ClientEvent {

    /**
     * The Server accepted the connection.
     *
     * @param clientIdentifier the Client Identifier, also if the Server assigned it
     * @param sessionPresent whether the Server resumes a Session that it had
     */
    record Connected(String clientIdentifier, boolean sessionPresent) implements ClientEvent {}

    /**
     * The Server grants something else than CONNECT asked for, which is less, or does without something that most Servers have. Reported
     * behind {@link Connected}, for each connection of which that is true.
     *
     * @param differences what, each as a text such as {@code "Session Expiry Interval 300 s instead of 3600 s"}; programs ask {@code
     *     ConnectResult.connAck()}
     */
    record GrantedLess(List<String> differences) implements ClientEvent {}

    /**
     * The connection ended.
     *
     * @param cause why; null: because {@code disconnect()} was called
     * @param byServer whether the Server sent a DISCONNECT
     */
    record Disconnected(@Nullable MqttException cause, boolean byServer) implements ClientEvent {}

    /**
     * A Server has named another one, and the client goes there: {@link ReconnectPolicy.Builder#maxRedirects}.
     *
     * @param from the Server that has said so
     * @param to the other one
     * @param permanent whether it is to be used from now on, and not for this time alone
     */
    record ServerMoved(URI from, URI to, boolean permanent) implements ClientEvent {}

    /**
     * The subscriber of the events was too far behind, and missed some that came before the next one. Told to that subscriber alone.
     *
     * @param count how many
     */
    record EventsMissed(long count) implements ClientEvent {}

    /**
     * A Password is sent to a host that is not this one, by {@code mqtt://} or {@code ws://}, so that whoever listens on the way can
     * read it. Use {@code mqtts://} or {@code wss://}. Reported once.
     *
     * @param server where to
     */
    record PasswordInClear(URI server) implements ClientEvent {}

    /**
     * A Server could not be connected to, and something else is tried at once: the next of {@linkplain ClientOptions.Builder#servers
     * several}, one that this one has named, or {@linkplain SessionOptions.Builder#fallBackToMqtt311 MQTT 3.1.1}.
     *
     * @param server which
     * @param cause why
     */
    record AttemptFailed(URI server, MqttException cause) implements ClientEvent {}

    /**
     * What the connection was authenticated with could not be renewed before it expires. It is tried again half way to that, and the
     * connection stays for as long as the Server has it.
     *
     * @param cause why
     * @param expiresAt when it expires
     */
    record RenewalFailed(MqttException cause, Instant expiresAt) implements ClientEvent {}

    /**
     * A reconnect is scheduled.
     *
     * @param attempt counts from 1 since the last good connection
     * @param delay how long from now
     * @param cause why the last connection was lost or could not be made
     */
    record ReconnectScheduled(int attempt, Duration delay, MqttException cause) implements ClientEvent {}

    /**
     * There will be no reconnect, because it could not succeed.
     *
     * @param cause why the last connection was lost or could not be made
     */
    record ReconnectStopped(MqttException cause) implements ClientEvent {}

    /**
     * The Session of an earlier connection is resumed.
     *
     * @param publishesToRepeat how many PUBLISH packets are sent again
     * @param releasesToRepeat how many PUBREL packets are sent again
     */
    record SessionResumed(int publishesToRepeat, int releasesToRepeat) implements ClientEvent {}

    /**
     * The Server has lost the Session, or was told to.
     *
     * @param completed QoS 2 messages that the Server had confirmed by PUBREC; they count as delivered
     * @param unknown messages that were sent, whose outcome cannot be known
     * @param policy what happens to those, unless they have {@linkplain PublishOptions.Builder#onSessionLoss one of their own}
     * @param forgotten incoming QoS 2 messages whose handshake ends here
     * @param subscriptions how many subscriptions are re-established
     */
    record SessionLost(int completed, int unknown, SessionLossPolicy policy, int forgotten, int subscriptions)
            implements ClientEvent {}

    /**
     * The store was opened, and the Session State of an earlier process or connection is recovered.
     *
     * @param inFlight outgoing messages that were sent and are not completely acknowledged
     * @param waiting messages that wait to be sent for the first time
     * @param received incoming QoS 2 messages that the application has processed
     * @param subscriptions what the Server had granted
     */
    record SessionRecovered(int inFlight, int waiting, int received, int subscriptions) implements ClientEvent {}

    /**
     * A Session that an earlier process stored, or the messages that waited in it, was discarded.
     *
     * @param reason why
     * @param messages how many outgoing messages; {@code receipts()} reports each
     * @param received how many incoming QoS 2 messages
     * @param subscriptions how many subscriptions
     */
    record SessionDiscarded(Reason reason, int messages, int received, int subscriptions) implements ClientEvent {

        /** Why a stored Session was discarded. */
        public enum Reason {
            /** Its Session Expiry Interval has passed while no process ran, so the Server has discarded it too. */
            EXPIRED,
            /** Clean Start was requested, and the Server has begun a new Session. */
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
     * The store failed: changes that were not durable are dropped, and the connection is closed without acknowledging more.
     *
     * @param cause {@link StoreException}: the client recovers when it connects again; {@link SessionTakenOverException}: it
     *     stops
     */
    record StoreFailed(MqttException cause) implements ClientEvent {}

    /**
     * The Server answered the subscriptions that were re-established after it had lost the Session.
     *
     * @param topicFilter which
     * @param reasonCode the answer; below 0x80 the subscription exists again
     */
    record SubscriptionRestored(TopicFilter topicFilter, ReasonCode reasonCode) implements ClientEvent {}

    /**
     * A message arrived for which this client has no subscriber.
     *
     * @param topicName where it was published
     * @param qos how it came
     * @param held whether it waits, unacknowledged, for a subscriber; otherwise it was acknowledged and dropped: it was QoS 0,
     *     nobody had subscribed to it, or the application has ended the subscription
     */
    record MessageWithoutSubscriber(TopicName topicName, Qos qos, boolean held) implements ClientEvent {}

    /**
     * A message arrived that exceeds a limit of the application, and was dropped. At QoS 1 and 2 it is refused by PUBACK or
     * PUBREC, at QoS 0 only this event reports it.
     *
     * @param topicName where it was published
     * @param qos how it came
     * @param reasonCode the Reason Code that the Server receives
     * @param limit which limit it exceeds, as a text
     */
    record MessageRefused(TopicName topicName, Qos qos, ReasonCode reasonCode, String limit) implements ClientEvent {}

    /**
     * Messages that no subscriber has taken wait, unacknowledged, for the next subscriber of their filter. They use up the
     * Receive Maximum and delay later acknowledgements. The cures: subscribe again, {@code unsubscribe(filter)}, or {@code
     * onCancel(UNSUBSCRIBE)}. Reported once until they are gone.
     *
     * @param topicFilter the subscription that they belong to
     * @param messages how many there are so far
     * @param keepFor after so long the connection is closed and re-established; no message is dropped
     */
    record MessagesHandedBack(TopicFilter topicFilter, int messages, Duration keepFor) implements ClientEvent {}

    /**
     * No subscriber has taken messages that were handed back, so the connection is closed and re-established, and the Server
     * sends them again. See {@link MessagesHandedBack} for the cures.
     *
     * @param topicFilter the subscription that they belong to
     * @param messages how many
     * @param keptFor how long they waited; it doubles each time, up to an hour
     */
    record MessagesNotTaken(TopicFilter topicFilter, int messages, Duration keptFor) implements ClientEvent {}

    /**
     * The Session had a subscription that this process has never subscribed to, left by an earlier version of the program. It was
     * unsubscribed, and its messages were acknowledged [MQTT-4.5.0-2].
     *
     * @param topicFilter the subscription
     * @param messages how many messages were acknowledged
     */
    record SubscriptionUnclaimed(TopicFilter topicFilter, int messages) implements ClientEvent {}

    /**
     * A handler of {@code consume} failed with a message; {@link ConsumeOptions.Builder#onFailure} says what happens then, and {@link
     * ConsumeOptions.Builder#onUndecodable} if a codec cannot read the message.
     *
     * @param topicFilter the subscription
     * @param topicName where the message was published
     * @param messages how many: 1, or the size of the batch whose first one was published there
     * @param attempt how often it was tried by now
     * @param cause what the handler failed with
     * @param end what happens to the message; null: it is tried again
     * @param retryIn how long from now; null if it is not tried again
     */
    record HandlerFailed(
            TopicFilter topicFilter,
            TopicName topicName,
            int messages,
            int attempt,
            Throwable cause,
            FailurePolicy.@Nullable End end,
            @Nullable Duration retryIn)
            implements ClientEvent {}

    /**
     * A request waits for a connection, and {@code connect()} has not been called yet. Reported once.
     *
     * @param waitedFor how long
     */
    record ConnectNotCalled(Duration waitedFor) implements ClientEvent {}

    /**
     * A {@link Throwable} that should not occur, such as a {@link LinkageError}, stopped the client: pending requests have
     * failed, and the next {@code connect()} starts from what the store has.
     *
     * @param cause what was thrown, as its cause
     */
    record ClientFailed(MqttException cause) implements ClientEvent {}

    /**
     * The connection is not read, because a subscriber that shall miss nothing has a full buffer: {@link
     * SubscribeOptions.Overflow#PAUSE_READING}. All others wait for it. While answers of the Server are awaited it is read on, until four
     * times the buffer is full. Reported at once, and then at most every ten seconds.
     *
     * @param topicFilters what it subscribes to
     */
    record ReadingPaused(List<TopicFilter> topicFilters) implements ClientEvent {}

    /**
     * A subscriber fell behind, and messages that it need not acknowledge were dropped. Reported at once, and then at most once a
     * second.
     *
     * @param topicFilters what it subscribes to
     * @param count how many since the last such event
     */
    record MessagesDropped(List<TopicFilter> topicFilters, long count) implements ClientEvent {}

    /**
     * Three connections in a row ended within a second, each with the same message first in flight, the last after a second of
     * quiet, with that message alone: the Server answers it by closing. It is set aside, so that the messages behind it are sent.
     *
     * @param sequence its number, for {@code withdraw()}
     * @param topicName where it was to be published
     * @param qos at which QoS
     * @param kept whether it stays in the Session, to be tried again on a connection made ten minutes later, or by the next
     *     process, unless it is withdrawn; otherwise it has failed
     */
    record MessageStuck(long sequence, TopicName topicName, Qos qos, boolean kept) implements ClientEvent {}

    /**
     * A message that went on without a caller was refused by the Server, or cannot be sent to it, and nobody keeps a receipt of it: a dead
     * letter, or one that an earlier process had published.
     *
     * @param sequence its number
     * @param topicName where it was to be published
     * @param qos at which QoS
     * @param cause why
     */
    record MessageUndelivered(long sequence, TopicName topicName, Qos qos, MqttException cause)
            implements ClientEvent {}

    /**
     * More than 10,000 receipts of enqueued messages wait to be acknowledged: the oldest were dropped, for which nobody is told any more
     * what became of their messages. Reported at once, and then at most once a second.
     *
     * @param count how many since the last such event
     */
    record ReceiptsDropped(long count) implements ClientEvent {}

    /**
     * The Server sent a packet that exceeds this client's limit, and the connection was closed. In MQTT 3.1.1 a client cannot
     * announce its limit, so the Server sends the packet again on each connection: set a larger {@code maximumPacketSize()}, or
     * have the message removed at the Server. Reported once.
     *
     * @param maximumPacketSize the limit in bytes
     * @param packet which packet it is, and its size
     */
    record IncomingPacketTooLarge(int maximumPacketSize, String packet) implements ClientEvent {}

    /**
     * Several connections in a row were lost within a second of their CONNACK. Another client may use the same Client Identifier:
     * the Server then closes the connection of one whenever the other connects. The next attempts wait longer.
     *
     * @param times how many in a row
     */
    record ConnectionsLostAtOnce(int times) implements ClientEvent {}

    /**
     * Another process may have the Session, and this client waits for its turn; reported each time when it begins to wait.
     *
     * @param clientIdentifier whose Session
     */
    record StandingBy(String clientIdentifier) implements ClientEvent {}

    /**
     * The Server sent more unacknowledged messages than the Receive Maximum allows; reported once for each connection.
     *
     * @param receiveMaximum the announced value
     */
    record ReceiveMaximumOverrun(int receiveMaximum) implements ClientEvent {}
}
