package io.reactivemqtt.session;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ClientClosedException;
import io.reactivemqtt.ConnectOptions;
import io.reactivemqtt.ConnectOptions.SessionLossPolicy;
import io.reactivemqtt.ConnectionLostException;
import io.reactivemqtt.ConnectionRefusedException;
import io.reactivemqtt.LimitExceededException;
import io.reactivemqtt.MqttException;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.ProtocolViolationException;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.SessionDiscardedException;
import io.reactivemqtt.SessionEvent;
import io.reactivemqtt.SessionEvent.SessionDiscarded.Reason;
import io.reactivemqtt.SessionInspection;
import io.reactivemqtt.SessionUnknownException;
import io.reactivemqtt.Subscription;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PingResp;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.store.SessionChange;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
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

    private enum State {
        DISCONNECTED,
        OPENING,
        AWAITING_CONNACK,
        CONNECTED
    }

    /** {@link #nextDeadlineNanos} when there is none. */
    public static final long NO_DEADLINE = KeepAlive.NONE;

    private final ConnectOptions options;
    private final Outbox outbox;
    private final OutgoingFlows outgoing;
    private final IncomingFlows incoming;
    private final Subscriptions subscriptions;
    private final Lifetime lifetime;
    private final Memory memory;
    private final ServerRules rules;

    private State state = State.DISCONNECTED;
    private String clientIdentifier;
    private int connections;

    /** The attempt to connect, until its CONNACK. */
    private @Nullable Handshake handshake;

    // ---- of this connection
    private @Nullable Connected connected;
    private KeepAlive keepAlive = new KeepAlive(0, 0);
    private @Nullable Draining draining;

    /**
     * Starts a session that was never connected.
     *
     * @param durable whether somebody stores the Session State; else no {@link Outputs#persist} is called
     * @param encodedLength tells how many bytes a packet takes, for the Server's Maximum Packet Size
     */
    public Session(ConnectOptions options, Outputs outputs, boolean durable, ToIntFunction<Packet> encodedLength) {
        this.options = options;
        this.outbox = new Outbox(options.protocolVersion(), outputs, durable, encodedLength);
        PacketIdentifiers identifiers = new PacketIdentifiers();
        this.outgoing = new OutgoingFlows(options, outbox, identifiers);
        this.incoming = new IncomingFlows(options, outbox);
        this.subscriptions = new Subscriptions(options.protocolVersion(), outbox, identifiers);
        this.lifetime = new Lifetime(options, outbox);
        this.memory = new Memory(outbox, lifetime, outgoing, incoming, subscriptions);
        this.clientIdentifier = options.clientIdentifier();
        this.rules = new ServerRules(options);
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
        outbox.nowNanos = nowNanos;
        memory.recover(change, flows);
    }

    /**
     * All was recovered. What the Server has given up meanwhile is given up here too.
     *
     * @param goesOn whether it is this process's own Session, so that no Clean Start is wanted any more
     */
    public void onRecovered(boolean goesOn, long nowNanos) {
        outbox.nowNanos = nowNanos;
        if (goesOn) {
            lifetime.goesOn();
        }
        int messages = outgoing.inFlight() + outgoing.waiting();
        int received = incoming.size();
        int granted = subscriptions.granted().size();
        if (lifetime.hasExpired()) {
            closed(
                    false,
                    new SessionDiscardedException(
                            "the message stood in a stored Session whose Session Expiry Interval has passed"));
            outbox.outputs.emit(new SessionEvent.SessionDiscarded(Reason.EXPIRED, messages, received, granted));
        } else if (lifetime.mayExist() || messages > 0) {
            outbox.outputs.emit(
                    new SessionEvent.SessionRecovered(outgoing.inFlight(), outgoing.waiting(), received, granted));
        }
    }

    /** The Session comes from outside: Clean Start is 0 from now on, whatever the options say. */
    public void onRestored(long nowNanos) {
        outbox.nowNanos = nowNanos;
        lifetime.onRestored();
    }

    /** Puts all of the Session State in the place of what is stored. */
    public void rewrite(long nowNanos) {
        outbox.nowNanos = nowNanos;
        memory.rewrite();
    }

    /**
     * The store failed, so nobody knows what is durable: ends as in a crash. Whoever waits is told, nothing is persisted or sent
     * any more, and this session is not to be used again.
     */
    public void onStoreFailed(MqttException cause, long nowNanos) {
        outbox.nowNanos = nowNanos;
        outbox.storeLost();
        if (state != State.DISCONNECTED) {
            close(cause);
        }
        closed(true, cause);
    }

    /** Tells all of the Session State as the changes that recover it. */
    public void describe(Consumer<? super SessionChange> target, long nowNanos) {
        outbox.nowNanos = nowNanos;
        memory.describe(target);
    }

    /** Returns what stands in the Session now. */
    public SessionInspection inspect(boolean withMessages, long nowNanos) {
        outbox.nowNanos = nowNanos;
        return new SessionInspection(
                clientIdentifier,
                isConnected(),
                memory.inspect(withMessages),
                outgoing.waiting(),
                subscriptions.granted());
    }

    // ---- wishes

    /**
     * Connects. The engine opens the transport and tells {@link #onTransportOpened} or {@link #onTransportLost}.
     *
     * @param resume whether this goes on after a lost connection: Clean Start is 0 then, whatever the options say
     * @throws IllegalStateException unless there is no connection, nor one being made
     */
    public void connect(Request request, boolean resume, long nowNanos) {
        outbox.nowNanos = nowNanos;
        if (state != State.DISCONNECTED) {
            throw new IllegalStateException("the client is connected, or connecting, already"); // [MQTT-3.1.0-2]
        }
        state = State.OPENING;
        lifetime.connecting(resume);
        handshake = new Handshake(options, request, lifetime);
    }

    /** Sends the message of {@code flow}, now or when there is a connection and room in the Server's Receive Maximum. */
    public void publish(OutgoingFlow flow, long nowNanos) {
        outbox.nowNanos = nowNanos;
        if (draining != null) {
            outbox.outputs.publishFailed(
                    flow,
                    new ClientClosedException("publish to " + flow.message().topicName()));
        } else {
            outgoing.publish(flow);
        }
    }

    /** Nobody waits for {@code flow} any more: if its message was not sent yet, it never is. */
    public void withdraw(OutgoingFlow flow, long nowNanos) {
        outbox.nowNanos = nowNanos;
        outgoing.withdraw(flow);
        finishIfDrained();
    }

    /** Withdraws every message that {@code of} picks, as {@link #withdraw} does. */
    public void withdrawIf(Predicate<? super OutgoingFlow> of, long nowNanos) {
        outbox.nowNanos = nowNanos;
        outgoing.withdrawIf(of);
        finishIfDrained();
    }

    /**
     * Asks for messages, now or when there is a connection.
     *
     * @param subscriptionIdentifier is to come back with each of them if the Server can do that; 0: none
     */
    public void subscribe(List<Subscription> wanted, int subscriptionIdentifier, Request request, long nowNanos) {
        outbox.nowNanos = nowNanos;
        subscriptions.subscribe(wanted, subscriptionIdentifier, request);
    }

    /** Ends subscriptions, now or when there is a connection. */
    public void unsubscribe(List<TopicFilter> topicFilters, Request request, long nowNanos) {
        outbox.nowNanos = nowNanos;
        subscriptions.unsubscribe(topicFilters, request);
    }

    /**
     * The application is done with a message, or refuses it.
     *
     * @param reasonCode one that PUBACK and PUBREC carry; MQTT 3.1.1 sends none
     * @throws IllegalArgumentException if it is another
     */
    public void acknowledge(Delivery delivery, ReasonCode reasonCode, long nowNanos) {
        outbox.nowNanos = nowNanos;
        incoming.acknowledge(delivery, reasonCode);
    }

    /**
     * Disconnects, in any state. While messages are on their way it waits for them, for the disconnect timeout at most. What
     * the version of MQTT cannot say, or the standard forbids, fails, and the connection stays.
     */
    public void disconnect(Disconnect disconnect, Request request, long nowNanos) {
        outbox.nowNanos = nowNanos;
        Draining wish = new Draining(
                request, disconnect, nowNanos + options.disconnectTimeout().toNanos());
        LimitExceededException refusal = wish.refusal(options);
        if (refusal != null) {
            outbox.outputs.fail(request, refusal);
            return;
        }
        if (state == State.CONNECTED && draining == null && !outgoing.isIdle()) {
            draining = wish;
        } else {
            finish(wish);
        }
    }

    /**
     * No connection will be made any more, because of {@code cause}: whoever waits is told. What was not acknowledged stays in
     * the Session if that outlives the connection.
     */
    public void giveUp(MqttException cause, long nowNanos) {
        outbox.nowNanos = nowNanos;
        closed(lifetime.outlivesConnection(), cause);
    }

    // ---- facts

    /** The wall clock shows {@code epochMillis}, milliseconds since 1970; tell it now and then, for it may be set. */
    public void onWallClock(long epochMillis, long nowNanos) {
        outbox.nowNanos = nowNanos;
        outbox.onWallClock(epochMillis);
    }

    /** A packet that waited for a change to be durable has left. */
    public void onHeldSent(long nowNanos) {
        outbox.nowNanos = nowNanos;
        outbox.noteSent();
    }

    /** The transport that {@link #connect} asked for is there. */
    public void onTransportOpened(long nowNanos) {
        outbox.nowNanos = nowNanos;
        state = State.AWAITING_CONNACK;
        lifetime.connectLeaves();
        outbox.send(Objects.requireNonNull(handshake).connect(clientIdentifier, nowNanos));
    }

    /** A packet arrived. */
    public void onPacket(Packet packet, long nowNanos) {
        outbox.nowNanos = nowNanos;
        if (state == State.DISCONNECTED) {
            return;
        }
        try {
            dispatch(packet);
        } catch (ProtocolViolationException violation) {
            violated(violation);
        }
    }

    /** What arrived is no packet, or one that no client may be sent. */
    public void onMalformed(ProtocolViolationException violation, long nowNanos) {
        outbox.nowNanos = nowNanos;
        if (state != State.DISCONNECTED) {
            violated(violation);
        }
    }

    /** The transport takes more, or for now no more: while it does not, no PUBLISH leaves. */
    public void onWritabilityChanged(boolean writable, long nowNanos) {
        outbox.nowNanos = nowNanos;
        outgoing.onWritabilityChanged(writable);
        finishIfDrained();
    }

    /** Nothing is read for now, so no PINGRESP can be seen. */
    public void onReadingPaused(long nowNanos) {
        outbox.nowNanos = nowNanos;
        keepAlive.readingPaused();
    }

    /** Reading goes on after a pause, during which no PINGRESP could be seen. */
    public void onReadingResumed(long nowNanos) {
        outbox.nowNanos = nowNanos;
        keepAlive.readingResumed(nowNanos);
    }

    /** The transport could not be opened, or is gone. */
    public void onTransportLost(@Nullable Throwable cause, long nowNanos) {
        outbox.nowNanos = nowNanos;
        if (state == State.DISCONNECTED) {
            return;
        }
        String message = state == State.OPENING
                ? "the connection could not be opened"
                : state == State.CONNECTED
                        ? "the connection was lost"
                        : "the Server closed the connection without a CONNACK";
        ended(
                new ConnectionLostException(cause == null ? message : message + ": " + describe(cause), null, cause),
                false);
    }

    /** Time has passed; the engine calls this at {@link #nextDeadlineNanos} at the latest. */
    public void onTime(long nowNanos) {
        outbox.nowNanos = nowNanos;
        outgoing.expire();
        finishIfDrained();
        if (state == State.CONNECTED) {
            onTimeConnected(nowNanos);
        } else if (state == State.AWAITING_CONNACK
                && nowNanos - Objects.requireNonNull(handshake).deadlineNanos() >= 0) {
            close(new ConnectionLostException(
                    "the Server sent no CONNACK within " + options.connectTimeout(), null, null));
        }
    }

    private void onTimeConnected(long nowNanos) {
        if (draining != null && nowNanos - draining.deadlineNanos() >= 0) {
            finish(draining);
        } else if (keepAlive.pingRespMissing(nowNanos)) {
            sendDisconnect(ReasonCode.UNSPECIFIED_ERROR);
            close(new ConnectionLostException(
                    "the Server did not answer PINGREQ", ReasonCode.KEEP_ALIVE_TIMEOUT, null));
        } else if (keepAlive.pingReqDue(nowNanos)) {
            outbox.sendPingReq(); // [MQTT-3.1.2-20]
        }
    }

    // ---- reads

    /** Returns the Client Identifier, the Server's if it made one up; empty if neither did so far. */
    public String clientIdentifier() {
        return clientIdentifier;
    }

    /** Tells whether the Server has accepted the present connection. */
    public boolean isConnected() {
        return state == State.CONNECTED;
    }

    /** Tells whether there is no connection, nor one being made. */
    public boolean isDisconnected() {
        return state == State.DISCONNECTED;
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
        return Math.min(connectionDeadlineNanos(), outgoing.nextExpiryNanos());
    }

    private long connectionDeadlineNanos() {
        return switch (state) {
            case AWAITING_CONNACK -> Objects.requireNonNull(handshake).deadlineNanos();
            case CONNECTED -> {
                long deadline = keepAlive.deadlineNanos();
                yield draining == null ? deadline : Math.min(deadline, draining.deadlineNanos());
            }
            case DISCONNECTED, OPENING -> NO_DEADLINE;
        };
    }

    /** Returns how many more messages the queue takes. */
    public int queueRoom() {
        return outgoing.queueRoom();
    }

    /** Returns how many messages wait to be sent for the first time. */
    public int waiting() {
        return outgoing.waiting();
    }

    /** Returns how many QoS 1 and 2 messages were sent and are not completely acknowledged. */
    public int inFlight() {
        return outgoing.inFlight();
    }

    /** Returns how many incoming QoS 1 and 2 messages of this connection are not completely acknowledged. */
    public int unacknowledged() {
        return incoming.unacknowledged();
    }

    // ---- packets

    private void dispatch(Packet packet) {
        if (state != State.CONNECTED) {
            if (packet instanceof ConnAck connAck && state == State.AWAITING_CONNACK) {
                onConnAck(connAck);
                return;
            }
            throw ServerRules.unexpected(packet); // [MQTT-3.2.0-1]
        }
        if (packet instanceof Publish publish) {
            incoming.onPublish(publish);
        } else if (packet instanceof Acknowledgement acknowledgement) {
            rules.check(acknowledgement);
            onAcknowledgement(acknowledgement);
            finishIfDrained();
        } else if (packet instanceof SubAck subAck) {
            rules.check(subAck);
            subscriptions.onSubAck(subAck);
        } else if (packet instanceof UnsubAck unsubAck) {
            rules.check(unsubAck);
            subscriptions.onUnsubAck(unsubAck);
        } else if (packet instanceof PingResp) {
            keepAlive.pingRespReceived();
        } else if (packet instanceof Disconnect disconnect) {
            rules.check(disconnect);
            onDisconnect(disconnect);
        } else {
            throw ServerRules.unexpected(packet);
        }
    }

    private void onAcknowledgement(Acknowledgement acknowledgement) {
        if (acknowledgement instanceof PubAck pubAck) {
            outgoing.onPubAck(pubAck);
        } else if (acknowledgement instanceof PubRec pubRec) {
            outgoing.onPubRec(pubRec);
        } else if (acknowledgement instanceof PubComp pubComp) {
            outgoing.onPubComp(pubComp);
        } else if (acknowledgement instanceof PubRel pubRel) {
            incoming.onPubRel(pubRel);
        }
    }

    private void onDisconnect(Disconnect disconnect) {
        String words = disconnect.reasonString() == null ? "" : " (\"" + disconnect.reasonString() + "\")";
        outbox.outputs.closeTransport();
        ended(
                new ConnectionLostException(
                        "the Server disconnected: " + disconnect.reasonCode() + words, disconnect.reasonCode(), null),
                true);
    }

    // ---- CONNACK

    private void onConnAck(ConnAck connAck) {
        Handshake attempt = Objects.requireNonNull(handshake);
        if (connAck.reasonCode().isError()) {
            refused(attempt);
            close(new ConnectionRefusedException(
                    connAck.reasonCode(), connAck.reasonString(), connAck.serverReference())); // [MQTT-4.13.2-1]
            return;
        }
        attempt.check(connAck);
        if (connAck.sessionPresent() && !attempt.sessionMayExist) {
            sendDisconnect(ReasonCode.SUCCESS);
            refused(attempt);
            close(new SessionUnknownException(clientIdentifier)); // [MQTT-3.2.2-4]
            return;
        }
        accepted(connAck, attempt);
    }

    /** This attempt has begun no Session, so if there was none before, there is none. */
    private void refused(Handshake attempt) {
        if (!attempt.sessionMayExist) {
            lifetime.neverWas();
            memory.rewrite();
        }
    }

    private void accepted(ConnAck connAck, Handshake attempt) {
        handshake = null;
        state = State.CONNECTED;
        if (connAck.assignedClientIdentifier() != null) {
            clientIdentifier = connAck.assignedClientIdentifier();
        }
        keepAlive = attempt.keepAlive(connAck);
        outbox.onConnected(keepAlive);
        Connected connection = new Connected(++connections, ServerLimits.of(options, connAck));
        connected = connection;
        boolean hadSession = lifetime.wasAccepted();
        lifetime.accepted(connAck);
        outbox.outputs.emit(new SessionEvent.Connected(clientIdentifier, connAck.sessionPresent()));
        outbox.outputs.complete(attempt.request, connAck);
        if (connAck.sessionPresent()) {
            outbox.outputs.emit(new SessionEvent.SessionResumed(outgoing.publishesInFlight(), outgoing.releases()));
        } else {
            if (hadSession) {
                sessionLost(attempt.newSessionWanted);
            }
            if (attempt.newSessionWanted && outgoing.hasRecovered()) {
                discardRecovered();
            }
        }
        incoming.onConnected(connection.number);
        subscriptions.onConnected(connection.limits);
        outgoing.onConnected(connection);
    }

    /** Reconciliation comes after CONNACK, never before [MQTT-3.2.2-5]. */
    private void sessionLost(boolean wanted) {
        SessionLossPolicy policy = wanted ? SessionLossPolicy.FAIL : options.sessionLossPolicy();
        int restored = 0;
        if (wanted) {
            subscriptions.forget();
        } else {
            restored = subscriptions.restore();
        }
        int forgotten = incoming.onSessionLost();
        OutgoingFlows.Lost lost = outgoing.onSessionLost(policy);
        outbox.outputs.emit(
                new SessionEvent.SessionLost(lost.completed(), lost.unknown(), policy, forgotten, restored));
    }

    private void discardRecovered() {
        int discarded = outgoing.discardRecovered(new SessionDiscardedException(
                "the message waited in a stored Session, and a clean start was asked for"));
        outbox.outputs.emit(new SessionEvent.SessionDiscarded(Reason.CLEAN_START, discarded, 0, 0));
    }

    // ---- the end of a connection

    private void finishIfDrained() {
        if (draining != null && outgoing.isIdle()) {
            finish(draining);
        }
    }

    /** Ends everything at the caller's wish, as far as it has begun. */
    private void finish(Draining wish) {
        Request earlier = draining != null && draining.request() != wish.request() ? draining.request() : null;
        draining = null;
        if (connected != null) {
            Long expirySeconds = wish.disconnect().sessionExpiryIntervalSeconds();
            if (expirySeconds != null) { // else it stays as CONNECT and CONNACK said
                lifetime.expiresAfter(expirySeconds);
            }
            outbox.sendNow(wish.fitting(connected.limits, outbox));
        } else if (state == State.AWAITING_CONNACK) {
            outbox.send(wish.disconnect()); // behind the CONNECT; without it the Will would be published
        }
        if (state != State.DISCONNECTED) {
            outbox.outputs.closeTransport(); // [MQTT-3.14.4-2]
            ended(null, false);
        }
        closed(lifetime.outlivesConnection(), new ClientClosedException("the request"));
        if (earlier != null) {
            outbox.outputs.complete(earlier, wish.disconnect());
        }
        outbox.outputs.complete(wish.request(), wish.disconnect());
    }

    /** Nobody waits any more, and if the Session does not go on, nothing of it is left. */
    private void closed(boolean goesOn, MqttException cause) {
        subscriptions.onClosed(cause);
        outgoing.onClosed(goesOn && (outbox.isStored || lifetime.mayExist()), cause);
        if (!goesOn) {
            incoming.onSessionLost();
            subscriptions.forget();
            lifetime.discarded();
        }
    }

    private void violated(ProtocolViolationException violation) {
        ReasonCode reasonCode = violation.reasonCode();
        sendDisconnect(
                reasonCode != null && Disconnect.CLIENT_REASON_CODES.contains(reasonCode)
                        ? reasonCode
                        : ReasonCode.PROTOCOL_ERROR);
        close(violation);
    }

    private void sendDisconnect(ReasonCode reasonCode) {
        if (options.protocolVersion() == ProtocolVersion.MQTT_5_0) { // in 3.1.1 it would mean that all is well
            outbox.sendNow(new Disconnect(reasonCode));
        }
    }

    private void close(MqttException cause) {
        outbox.outputs.closeTransport();
        ended(cause, false);
    }

    private void ended(@Nullable MqttException cause, boolean byServer) {
        Handshake attempt = handshake;
        Draining unfinished = draining;
        state = State.DISCONNECTED;
        handshake = null;
        connected = null;
        draining = null;
        keepAlive = new KeepAlive(0, outbox.nowNanos);
        lifetime.connectionEnded();
        outgoing.onConnectionEnded();
        incoming.onConnectionEnded();
        subscriptions.onConnectionEnded();
        if (attempt == null) {
            outbox.outputs.emit(new SessionEvent.Disconnected(cause, byServer));
        } else {
            outbox.outputs.fail(attempt.request, cause == null ? new ClientClosedException("connect") : cause);
        }
        if (unfinished != null) { // the wish was to be disconnected, and that is so
            finish(unfinished);
        }
    }

    private static String describe(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
