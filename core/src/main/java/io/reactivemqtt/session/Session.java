package io.reactivemqtt.session;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientEvent.SessionDiscarded.Reason;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectSettings;
import io.reactivemqtt.client.SessionInspection;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.exception.SessionDiscardedException;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import java.net.URI;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One MQTT session at the client's side, over all the connections that it lives through.
 *
 * <p>Four kinds of methods: <em>facts</em> ({@code on…}) tell what happened, <em>wishes</em> what the application wants,
 * <em>reads</em> change nothing; what comes of it goes to {@link Outputs}, in order. Every input takes the time, in
 * nanoseconds from any fixed point; it never goes backwards.
 *
 * <p>The life of a connection: {@link #connect} (the engine opens a transport) – {@link #onTransportOpened} (CONNECT leaves) –
 * CONNACK – … – {@link #onTransportLost}, or {@link Outputs#closeTransport}, after which no fact about it is wanted.
 */
public final class Session {

    /** {@link #nextDeadlineNanos} when there is none. */
    public static final long NO_DEADLINE = KeepAlive.NONE;

    private final SessionContext context;
    private final OutgoingFlows outgoing;
    private final IncomingFlows incoming;
    private final Subscriptions subscriptions;
    private final ServerSession serverSession;
    private final StateChanges stateChanges;
    private final ConnectionLifecycle connection;

    /**
     * Starts a session that was never connected.
     *
     * @param durable whether somebody stores the Session State; else no {@link Outputs#persist} is called
     * @param encodedLength tells how many bytes a packet takes, for the Server's Maximum Packet Size
     */
    public Session(ClientOptions options, Outputs outputs, boolean durable, ToIntFunction<Packet> encodedLength) {
        this.context = new SessionContext(options.session(), outputs, durable, encodedLength);
        PacketIdentifiers identifiers = new PacketIdentifiers();
        this.outgoing = new OutgoingFlows(options, context, identifiers);
        this.incoming = new IncomingFlows(options.session(), context);
        this.subscriptions = new Subscriptions(context, identifiers);
        this.serverSession = new ServerSession(context);
        this.stateChanges = new StateChanges(context, serverSession, outgoing, incoming, subscriptions);
        this.connection = new ConnectionLifecycle(
                options, context, new SessionParts(outgoing, incoming, subscriptions, serverSession, stateChanges));
    }

    // ---- what was stored

    /**
     * Takes in one change that a store recovered, before any wish.
     *
     * @param flows makes the flow of a message that an earlier process accepted
     * @throws IllegalArgumentException if it contradicts an earlier one
     */
    public void recover(
            SessionChange change, Function<? super ApplicationMessage, ? extends OutgoingFlow> flows, long nowNanos) {
        context.nowNanos = nowNanos;
        stateChanges.recover(change, flows);
    }

    /**
     * All was recovered. What the Server has given up while no process ran is given up here too; but what was never sent is no part
     * of the Server's Session, and waits for the next one.
     *
     * @param goesOn whether it is this process's own Session, so that no Clean Start is wanted any more
     * @param ownFrom from this sequence on messages are this process's own, and a Clean Start does not discard them; {@link
     *     Long#MAX_VALUE}: none is
     */
    public void onRecovered(boolean goesOn, long ownFrom, long nowNanos) {
        context.nowNanos = nowNanos;
        context.receipts.onRecovered();
        outgoing.log().ownFrom(ownFrom);
        if (goesOn) {
            serverSession.goesOn();
        }
        int received = incoming.size();
        int granted = subscriptions.granted().size();
        if (!goesOn && serverSession.hasExpired()) { // no process ran; else Session Present decides
            int sent = outgoing.inFlight();
            serverSession.gaveUp();
            connection
                    .end()
                    .expired(new SessionDiscardedException(
                            "the message was sent in a stored Session whose Session Expiry Interval has passed"));
            context.outputs.emit(new ClientEvent.SessionDiscarded(Reason.EXPIRED, sent, received, granted));
        }
        if (serverSession.mayExist() || outgoing.waiting().count() > 0) {
            context.outputs.emit(new ClientEvent.SessionRecovered(
                    outgoing.inFlight(),
                    outgoing.waiting().count(),
                    incoming.size(),
                    subscriptions.granted().size()));
        }
    }

    /** This process goes on with this one in place of {@code before}. */
    public void follows(Session before) {
        serverSession.follows(
                before.serverSession,
                before.incoming.isDoubtful() || before.subscriptions.isRestoring(),
                before.outgoing.endings().hasPossibleRepeats());
    }

    /** The Session comes from outside: Clean Start is 0 from now on, whatever the options say. */
    public void onRestored(long nowNanos) {
        context.nowNanos = nowNanos;
        serverSession.onRestored();
    }

    /** Puts all of the Session State in the place of what is stored. */
    public void rewrite(long nowNanos) {
        context.nowNanos = nowNanos;
        stateChanges.rewrite();
    }

    /**
     * The store failed: ends as in a crash. Nothing is persisted or sent any more, and this session is not to be used again. Whoever
     * waits for a message that the store does not have is told; the others go on waiting for the session that recovers it.
     *
     * @param isDurable tells whether the store has the message of a flow
     * @param survivors gets the flows whose callers go on waiting, to be given to {@link #recover}
     */
    public void onStoreFailed(
            MqttException cause,
            Predicate<? super OutgoingFlow> isDurable,
            Consumer<? super OutgoingFlow> survivors,
            long nowNanos) {
        context.nowNanos = nowNanos;
        context.storeLost();
        outgoing.endings().onStoreFailed(isDurable, survivors);
        connection.onStoreFailed(cause);
    }

    /** Tells all of the Session State as the changes that recover it. */
    public void describe(Consumer<? super SessionChange> target, long nowNanos) {
        context.nowNanos = nowNanos;
        stateChanges.describe(target);
    }

    /** Returns what stands in the Session now. */
    public SessionInspection inspect(boolean withMessages, long nowNanos) {
        context.nowNanos = nowNanos;
        return new SessionInspection(
                connection.clientIdentifier(),
                connection.isConnected(),
                stateChanges.inspect(withMessages),
                outgoing.waiting().count(),
                subscriptions.granted());
    }

    // ---- wishes

    /**
     * From the next connection on {@code spoken} holds, the options in another version of MQTT, or again those that the session was made
     * with.
     *
     * @param encodedLength tells how many bytes a packet takes in that version
     * @throws IllegalStateException if there is a connection, or one being made
     */
    public void speak(SessionOptions spoken, ToIntFunction<Packet> encodedLength) {
        if (!isDisconnected()) {
            throw new IllegalStateException("the version of MQTT is decided before CONNECT");
        }
        context.speak(spoken, encodedLength);
    }

    /**
     * Connects. The engine opens the transport and tells {@link #onTransportOpened} or {@link #onTransportLost}.
     *
     * @param resume true keeps the Clean Start that was decided already, 0 after a connection that the Server accepted; false takes it
     *     from the options
     * @throws IllegalStateException unless there is no connection, nor one being made
     */
    public void connect(Request request, boolean resume, long nowNanos) {
        context.nowNanos = nowNanos;
        connection.connect(request, resume);
    }

    /** Sends the message of {@code flow}, now or when there is a connection and room in the Server's Receive Maximum. */
    public void publish(OutgoingFlow flow, long nowNanos) {
        context.nowNanos = nowNanos;
        if (connection.isDraining()) {
            context.outputs.publishFailed(
                    flow,
                    ClientClosedException.unsent("publish to " + flow.message().topicName()));
        } else {
            outgoing.publish(flow);
        }
    }

    /** Nobody waits for {@code flow} any more: if its message was not sent yet, it never is. */
    public void withdraw(OutgoingFlow flow, long nowNanos) {
        context.nowNanos = nowNanos;
        outgoing.withdraw(flow);
        connection.end().finishIfDrained();
    }

    /** Withdraws the message of {@code sequence}, even if it was sent; false if there is none, or the Server has it. */
    public boolean withdraw(long sequence, long nowNanos) {
        context.nowNanos = nowNanos;
        boolean found = outgoing.endings().withdraw(sequence);
        connection.end().finishIfDrained();
        return found;
    }

    /** The application has been told what became of the message of {@code sequence}: its receipt is forgotten. */
    public void acknowledgeReceipt(long sequence, long nowNanos) {
        context.nowNanos = nowNanos;
        context.receipts.acknowledge(sequence);
    }

    /** Withdraws every message that {@code of} picks, as {@link #withdraw} does. */
    public void withdrawIf(Predicate<? super OutgoingFlow> of, long nowNanos) {
        context.nowNanos = nowNanos;
        outgoing.withdrawIf(of);
        connection.end().finishIfDrained();
    }

    /**
     * Asks for messages, now or when there is a connection.
     *
     * @param subscriptionIdentifier is to come back with each of them if the Server can do that; 0: none
     */
    public void subscribe(List<TopicSubscription> wanted, int subscriptionIdentifier, Request request, long nowNanos) {
        context.nowNanos = nowNanos;
        subscriptions.subscribe(wanted, subscriptionIdentifier, request);
    }

    /** Ends subscriptions, now or when there is a connection. */
    public void unsubscribe(List<TopicFilter> topicFilters, Request request, long nowNanos) {
        context.nowNanos = nowNanos;
        subscriptions.unsubscribe(topicFilters, request);
    }

    /**
     * The application is done with a message, or refuses it.
     *
     * @param reasonCode one that PUBACK and PUBREC carry; MQTT 3.1.1 sends none
     * @throws IllegalArgumentException if it is another
     */
    public void acknowledge(IncomingFlow flow, ReasonCode reasonCode, long nowNanos) {
        context.nowNanos = nowNanos;
        incoming.acknowledge(flow, reasonCode);
        connection.closeIfUnsayable();
    }

    /**
     * Disconnects, in any state. What the version of MQTT cannot say, or the standard forbids, fails, and the connection stays.
     *
     * @param waitNanos while messages are on their way it waits for them, so long at most
     */
    public void disconnect(Disconnect disconnect, Request request, long waitNanos, long nowNanos) {
        context.nowNanos = nowNanos;
        connection.disconnect(disconnect, request, waitNanos);
    }

    /**
     * Gives the connection up, because of {@code cause}, as if it were lost, but tells the Server. The Session goes on.
     */
    public void giveUpConnection(MqttException cause, long nowNanos) {
        context.nowNanos = nowNanos;
        connection.giveUpConnection(cause);
    }

    /** Authenticates the connection anew (MQTT 5.0 §4.12.1); the answer is the Server's AUTH. */
    public void reauthenticate(AuthenticationPart part, Request request, long nowNanos) {
        context.nowNanos = nowNanos;
        connection.authenticating().reauthenticate(part, request);
    }

    /** Answers what the Server has asked by {@link AuthenticationPart#challenged}; nothing if that is not awaited any more. */
    public void authenticate(Payload data, long nowNanos) {
        context.nowNanos = nowNanos;
        connection.authenticating().authenticate(data);
    }

    /**
     * No connection will be made any more, because of {@code cause}: pending callers fail. What was not acknowledged stays in
     * the Session if that outlives the connection.
     */
    public void giveUp(MqttException cause, long nowNanos) {
        context.nowNanos = nowNanos;
        connection.end().closed(serverSession.outlivesConnection(), cause);
    }

    // ---- facts

    /** The wall clock shows {@code epochMillis}, milliseconds since 1970; tell it now and then, for it may be set. */
    public void onWallClock(long epochMillis, long nowNanos) {
        context.nowNanos = nowNanos;
        context.onWallClock(epochMillis);
    }

    /** The application has no answer to what the Server has asked by {@link AuthenticationPart#challenged}: the connection ends. */
    public void onAuthenticationFailed(MqttException cause, long nowNanos) {
        context.nowNanos = nowNanos;
        connection.authenticating().onFailed(cause);
    }

    /** A packet that waited for a change to be durable has left. */
    public void onHeldSent(long nowNanos) {
        context.nowNanos = nowNanos;
        context.noteSent();
    }

    /**
     * The attempt goes to {@code server}, which may be shown, and CONNECT says what {@code settings} has, in place of the options;
     * before {@link #onTransportOpened}.
     *
     * @param authentication the application's part in an enhanced authentication, or null
     */
    public void prepared(URI server, ConnectSettings settings, @Nullable AuthenticationPart authentication) {
        connection.prepared(server, settings, authentication);
    }

    /** The transport that {@link #connect} asked for is there. */
    public void onTransportOpened(long nowNanos) {
        context.nowNanos = nowNanos;
        connection.onTransportOpened();
    }

    /** A packet arrived. */
    public void onPacket(Packet packet, long nowNanos) {
        context.nowNanos = nowNanos;
        connection.onPacket(packet);
    }

    /**
     * One of the four acknowledgements arrived and says no more than that all went well: as {@link #onPacket}, without a packet
     * object for each message.
     */
    public void onAcknowledgement(PacketType type, int packetIdentifier, long nowNanos) {
        context.nowNanos = nowNanos;
        connection.onAcknowledgement(type, packetIdentifier);
    }

    /** What arrived is no packet, or one that no client may be sent. */
    public void onMalformed(ProtocolViolationException violation, long nowNanos) {
        context.nowNanos = nowNanos;
        connection.onMalformed(violation);
    }

    /** The transport takes more, or for now no more: while it does not, no PUBLISH leaves. */
    public void onWritabilityChanged(boolean writable, long nowNanos) {
        context.nowNanos = nowNanos;
        connection.onWritabilityChanged(writable);
        connection.end().finishIfDrained();
    }

    /**
     * Bytes of the Server's arrived that are no whole packet yet, or it takes what waited to be sent: a sign of life for the Keep
     * Alive.
     */
    public void onSignOfLife(long nowNanos) {
        context.nowNanos = nowNanos;
        connection.onSignOfLife();
    }

    /** Nothing is read for now, so no PINGRESP can be seen. */
    public void onReadingPaused(long nowNanos) {
        context.nowNanos = nowNanos;
        connection.onReadingPaused();
    }

    /** Reading goes on after a pause, during which no PINGRESP could be seen. */
    public void onReadingResumed(long nowNanos) {
        context.nowNanos = nowNanos;
        connection.onReadingResumed();
    }

    /** The transport could not be opened, or is gone. */
    public void onTransportLost(@Nullable Throwable cause, long nowNanos) {
        context.nowNanos = nowNanos;
        connection.onTransportLost(cause);
    }

    /** Time has passed; the engine calls this at {@link #nextDeadlineNanos} at the latest. */
    public void onTime(long nowNanos) {
        context.nowNanos = nowNanos;
        outgoing.onTime();
        connection.end().finishIfDrained();
        connection.onTime();
    }

    // ---- reads

    /** Returns the Client Identifier, the Server's if it made one up; empty if neither did so far. */
    public String clientIdentifier() {
        return connection.clientIdentifier();
    }

    /** Tells whether the Server has accepted the present connection. */
    public boolean isConnected() {
        return connection.isConnected();
    }

    /** Tells whether there is no connection, nor one being made. */
    public boolean isDisconnected() {
        return connection.isDisconnected();
    }

    /** Shows each Topic Filter that the Server granted, and its Subscription Identifier, 0 if it has none. */
    public void forEachSubscription(ObjIntConsumer<? super TopicFilter> visitor) {
        subscriptions.forEachGranted(visitor);
    }

    /** Nobody has {@code flow} any more, and nobody has processed it: what the Server sends again in its place is delivered. */
    public void forget(IncomingFlow flow, long nowNanos) {
        context.nowNanos = nowNanos;
        incoming.forget(flow);
    }

    /** Tells whether the Server still waits for the application's word about {@code flow}. */
    public boolean isAwaited(IncomingFlow flow) {
        return incoming.isAwaited(flow);
    }

    /** Returns the {@link IncomingFlow#arrival} of the last message. */
    public int lastArrival() {
        return incoming.lastArrival();
    }

    /** Tells whether something depends on what the Server answers, so that reading may not wait for the application. */
    public boolean awaitsAnswers() {
        return outgoing.inFlight() > 0 || subscriptions.awaitsAnswers() || connection.isDraining();
    }

    /** Tells whether a PINGREQ has no answer yet. */
    public boolean awaitsPingResp() {
        Connection present = context.connection;
        return present != null && present.keepAlive.awaitsPingResp();
    }

    /** Tells whether more waits for the application than memory is meant to hold. */
    public boolean isOverfull() {
        return incoming.isOverfull();
    }

    /** Tells whether the Server may have subscriptions of an earlier process of which nothing is known here. */
    public boolean mayHaveUnknownSubscriptions() {
        return serverSession.isUnknown();
    }

    /** Tells whether the Session goes on without a connection. */
    public boolean outlivesConnection() {
        return serverSession.outlivesConnection();
    }

    /** Tells whether a subscription that the Server granted takes {@code topicName}. */
    public boolean isSubscribed(TopicName topicName) {
        return subscriptions.isSubscribed(topicName);
    }

    /** Returns how many QoS 1 and 2 messages the Server takes at once; without a connection, what none would exceed. */
    public int sendWindow() {
        return outgoing.sendWindow();
    }

    /** Returns when {@link #onTime} wants to be called, or {@link #NO_DEADLINE}. */
    public long nextDeadlineNanos() {
        return Math.min(connection.nextDeadlineNanos(), outgoing.waiting().nextExpiryNanos());
    }

    /** Returns what became of an enqueued message, or null if that is not known yet, or acknowledged. */
    public @Nullable ReceiptKept receipt(long sequence) {
        return context.receipts.get(sequence);
    }

    /** Shows what became of enqueued messages and is not acknowledged. */
    public void forEachReceipt(Consumer<? super ReceiptKept> visitor) {
        context.receipts.forEach(visitor);
    }

    /** Returns how many more messages the queue takes. */
    public int queueRoom() {
        return outgoing.waiting().room();
    }

    /** Returns how many messages were in flight at the last disconnect, whether they stay in the Session or not. */
    public int inFlightAtEnd() {
        return outgoing.endings().inFlightAtEnd();
    }

    /** Returns how many messages waited to be sent at the last disconnect, whether they stay in the Session or not. */
    public int waitingAtEnd() {
        return outgoing.endings().waitingAtEnd();
    }

    /** Returns how many messages wait to be sent for the first time. */
    public int waiting() {
        return outgoing.waiting().count();
    }

    /** Returns how many bytes of payload and Topic Name wait to be sent for the first time. */
    public long bytesWaiting() {
        return outgoing.waiting().bytes();
    }

    /** Returns how many QoS 1 and 2 messages were sent and are not completely acknowledged. */
    public int inFlight() {
        return outgoing.inFlight();
    }

    /**
     * Returns when the oldest message was accepted that is in flight, or received that the application has not acknowledged; {@link
     * #NO_DEADLINE} if there is none.
     */
    public long oldestUnacknowledgedNanos() {
        return Math.min(outgoing.oldestNanos(), incoming.oldestNanos());
    }

    /** Returns how many incoming QoS 1 and 2 messages of this connection are not completely acknowledged. */
    public int unacknowledged() {
        return incoming.unacknowledged();
    }
}
