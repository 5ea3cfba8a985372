package io.reactivemqtt.engine.connection;

import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ClientState.Status;
import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.client.UnknownSessionPolicy;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.engine.loop.Waiter;
import io.reactivemqtt.engine.state.EngineRequest;
import io.reactivemqtt.engine.state.SessionGate;
import io.reactivemqtt.engine.state.SessionKeeper;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.ConnectionLostException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.SessionUnknownException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps the client connected: answers those who want a connection, and re-establishes one that is lost. Event loop only. */
public final class ConnectionKeeper {

    /** What is asked of the owner, on the loop. */
    public interface Owner {
        void tell(ClientEvent event);

        /** The connection was lost and is not re-established. */
        void reconnectStopped(MqttException cause);
    }

    private final Owner owner;
    private final Turns turns;
    private final SessionKeeper keeper;
    private final SessionGate gate;
    private final ServerConnection connection;
    private final Reconnector reconnector;
    private final StateBoard state;
    private final @Nullable Renewal renewal; // idle clients come in thousands
    private final boolean firstIsRetried;
    private final UnknownSessionPolicy unknownSession;
    private final Callers callers = new Callers();

    /** The attempt that callers alone want, so that it ends when the last of them has gone. */
    private boolean forCallers;

    /** With what the next attempt is made, where that was asked before the connection was given up. */
    private @Nullable Prepared inHand;

    private @Nullable Waiter returning; // by a reconnect, when the store is open
    private boolean disconnectWished;
    private boolean comingBack;

    public ConnectionKeeper(
            Owner owner,
            Turns turns,
            SessionKeeper keeper,
            ServerConnection connection,
            Reconnector reconnector,
            StateBoard state,
            ClientOptions options) {
        this.owner = owner;
        this.turns = turns;
        this.keeper = keeper;
        this.gate = keeper.gate();
        this.connection = connection;
        this.reconnector = reconnector;
        this.state = state;
        this.renewal = Renewal.of(turns, connection, reconnector, options, owner::tell, this::renew);
        this.firstIsRetried = options.reconnect().isFirstRetried();
        this.unknownSession = options.session().unknownSession();
    }

    // ---- what the application wants

    /** A connection is wished, once the store is open. */
    public void connectWished() {
        disconnectWished = false;
    }

    /** Answers {@code caller} when there is a connection: at once, with the attempt under way, or after one that begins now. */
    public void connect(Callers.Caller caller) {
        if (gate.session().isConnected()) {
            caller.connected(Objects.requireNonNull(connection.result(), "the Server has accepted it"));
            return;
        }
        callers.add(caller);
        if (gate.session().isDisconnected()) {
            keeper.used();
            boolean resume = reconnector.cancel() || comingBack;
            begin(new AttemptRequest(resume), resume, true);
        }
    }

    /** The store could not be opened for {@code caller}, who goes on to wait where the policy has the first attempt repeated. */
    public void unavailable(Callers.Caller caller, MqttException cause) {
        if (!firstIsRetried || disconnectWished || !(cause instanceof StoreException)) {
            caller.failed(cause);
            return;
        }
        forCallers = !comingBack;
        boolean isFirst = callers.isEmpty() && forCallers;
        callers.add(caller);
        if (isFirst) {
            owner.tell(new ClientEvent.StoreFailed(cause));
            failed(cause, false);
        }
    }

    /** Authenticates the connection anew, for {@code request}. */
    public void reauthenticate(EngineRequest request) {
        Objects.requireNonNull(renewal, "there is an authenticator").reauthenticate(request);
    }

    /** {@code caller} does not wait any more, nor does it for the store, by {@code open}. */
    public void forget(Callers.Caller caller, Waiter open) {
        if (keeper.forget(open)) {
            state.stopped(ClientClosedException.cancelled(null));
        }
        if (!callers.contains(caller)) {
            return; // it has its answer
        }
        callers.remove(caller);
        if (!callers.isEmpty() || !forCallers) {
            return;
        }
        boolean waited = keeper.forget(returning) || reconnector.cancel();
        if (connection.cancelAttempt()) {
            ClientClosedException cancelled = ClientClosedException.cancelled(null);
            gate.enter(session -> session.onTransportLost(cancelled, turns.nowNanos()));
        } else if (waited || state.now().status() == Status.WAITING) { // or waits for the store to open
            state.stopped(ClientClosedException.cancelled(reconnector.lastFailure()));
        }
    }

    /** The Session may be another's, and this client waits for its turn; or does so no more. */
    public void standsBy(boolean waits) {
        state.standsBy(waits);
        if (waits) {
            owner.tell(new ClientEvent.StandingBy(keeper.spoken().clientIdentifier()));
        }
    }

    /** Nobody wants a connection any more. */
    public void disconnectWished() {
        disconnectWished = true;
        inHand = null;
        endRenewal();
        comingBack = false;
        reconnector.cancel();
        if (gate.session().isDisconnected()) { // else the attempt under way answers them
            callers.fail(new ClientClosedException("connect"));
        }
    }

    /** The client has failed: nothing is left open, and nothing is tried any more. */
    public void clientFailed(MqttException cause) {
        disconnectWished();
        connection.close();
        callers.fail(cause);
        state.stopped(cause);
    }

    /** Tells whether a lost connection waits for its time, or for the store, to be re-established. */
    public boolean isComingBack() {
        return comingBack;
    }

    /** Ends the connection, and makes the next at once, with {@code next}. */
    private void renew(Prepared next) {
        if (gate.session().isConnected() && !disconnectWished) {
            inHand = next;
            gate.enter(session -> session.giveUpConnection(Renewal.credentialsExpire(), turns.nowNanos()));
        }
    }

    /** Ends the connection because of {@code cause}, and re-establishes it; not where no new one would be tried. */
    public void reestablish(MqttException cause) {
        if (!disconnectWished && reconnector.worthTrying(cause)) {
            gate.enter(session -> session.giveUpConnection(cause, turns.nowNanos()));
        }
    }

    // ---- attempts

    private void begin(AttemptRequest request, boolean resume, boolean wantedByCallers) {
        comingBack = false;
        forCallers = wantedByCallers;
        open(request, resume);
    }

    private void open(EngineRequest request, boolean resume) {
        keeper.speak(reconnector.spoken());
        Prepared next = inHand;
        inHand = null;
        connection.open(request, resume, next == null ? reconnector.begin() : next.attempt(), next);
    }

    /** Connects for {@code request} again, with Clean Start 1, where that cures {@code cause}; false if it does not. */
    public boolean beginNewInstead(EngineRequest request, MqttException cause) {
        boolean begins = unknownSession == UnknownSessionPolicy.BEGIN_NEW && cause instanceof SessionUnknownException;
        if (begins) {
            turns.defer(() -> {
                if (!disconnectWished && gate.session().isDisconnected()) {
                    open(request, true);
                }
            });
        }
        return begins;
    }

    private void failed(MqttException cause, boolean wasConnected) {
        if (isWanted() && reconnector.goesOn(cause, state.now().server(), owner::tell)) {
            owner.tell(new ClientEvent.AttemptFailed(state.now().server(), cause));
            turns.defer(() -> {
                if (isWanted() && gate.session().isDisconnected()) {
                    begin(new AttemptRequest(wasConnected), true, forCallers);
                } else if (!disconnectWished && gate.session().isDisconnected()) { // the last has gone meanwhile
                    reconnector.attemptEnded();
                    state.stopped(cause);
                }
            });
            return;
        }
        reconnector.attemptEnded();
        boolean retried = !disconnectWished && firstIsRetried && !callers.isEmpty();
        if (!retried) {
            callers.fail(cause);
        }
        if (disconnectWished) {
            return;
        } else if (wasConnected) {
            lost(cause);
        } else if (retried && schedules(cause, false)) {
            state.waiting(reconnector.attempts(), cause);
        } else {
            callers.fail(cause);
            state.stopped(cause);
        }
    }

    /** Tells whether somebody wants a connection: who has called {@code connect()}, or the client itself after one that was lost. */
    private boolean isWanted() {
        return !disconnectWished && !(forCallers && callers.isEmpty());
    }

    private boolean schedules(MqttException cause, boolean wasConnected) {
        return !keeper.isOutOfTurn()
                && reconnector.schedule(
                        cause, state.now().server(), turns.nowNanos(), () -> reconnect(wasConnected), owner::tell);
    }

    /** The connection was lost: re-establishes it, or stops. */
    public void lost(MqttException cause) {
        endRenewal();
        turns.defer(() -> {
            if (disconnectWished) {
                return; // it ended while it was being ended
            }
            if (Reconnector.isTakeover(cause)) {
                keeper.takenOver();
            }
            if (inHand != null) {
                reconnector.renews(cause);
                comingBack = true;
                reconnect(true);
                return;
            }
            comingBack = schedules(cause, true);
            if (comingBack) {
                state.waiting(reconnector.attempts(), cause);
            } else {
                state.stopped(cause);
                callers.fail(cause);
                owner.tell(new ClientEvent.ReconnectStopped(cause));
                owner.reconnectStopped(new ConnectionLostException(
                        "the connection was lost and is not re-established: " + cause.getMessage(),
                        cause.reasonCode(),
                        cause));
            }
        });
    }

    private void endRenewal() {
        if (renewal != null) {
            renewal.end();
        }
    }

    private void reconnect(boolean wasConnected) {
        AttemptRequest request = new AttemptRequest(wasConnected);
        Waiter open = new Waiter() {
            @Override
            public void run() {
                boolean wanted = wasConnected || !callers.isEmpty();
                if (!disconnectWished && wanted && gate.session().isDisconnected()) {
                    begin(request, true, !wasConnected);
                }
            }

            @Override
            public void failed(MqttException cause) {
                if (!disconnectWished) { // else nobody waits for the store any more
                    owner.tell(new ClientEvent.StoreFailed(cause));
                    request.failed(cause);
                }
            }
        };
        returning = open;
        turns.execute(() -> keeper.whenOpen(open));
    }

    /** The Server has accepted the connection. */
    public void connected(ConnAck connAck) {
        reconnector.connected(turns.nowNanos());
        connection.connected(connAck);
        state.connected();
        if (renewal != null) {
            renewal.begin(connection.authenticated());
        }
    }

    /** One attempt, and what follows if it fails. */
    private final class AttemptRequest implements EngineRequest {
        private final boolean wasConnected;

        /** Takes whether it re-establishes a connection that there was, so that there is another attempt after it. */
        AttemptRequest(boolean wasConnected) {
            this.wasConnected = wasConnected;
        }

        @Override
        public void completed(Packet answer) {
            if (wasConnected) {
                keeper.counters().reconnected();
            }
            ConnectResult result = callers.isEmpty() ? null : connection.result();
            if (result != null) { // else it was lost before it was on record, and they wait for the next
                callers.answer(result);
            }
        }

        @Override
        public void failed(MqttException cause) {
            ConnectionKeeper.this.failed(cause, wasConnected);
        }
    }
}
