package io.reactivemqtt.engine.connection;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientObserver;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectAttempt;
import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.client.ServerUri;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.engine.observation.Observation;
import io.reactivemqtt.engine.state.EngineRequest;
import io.reactivemqtt.engine.state.SessionGate;
import io.reactivemqtt.engine.state.SessionKeeper;
import io.reactivemqtt.engine.transport.Attempt;
import io.reactivemqtt.engine.transport.Connector;
import io.reactivemqtt.engine.transport.Endpoint;
import io.reactivemqtt.engine.transport.Transport;
import io.reactivemqtt.engine.transport.TransportListener;
import io.reactivemqtt.exception.ConnectionLostException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.session.AuthenticationPart;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** The connection to the Server: opens it, and hands in what arrives. Event loop only. */
public final class ServerConnection {

    /** What is asked of the owner, on the loop. */
    public interface Owner {
        void tell(ClientEvent event);

        /** The client's own code has thrown: a fault in it. */
        void failed(Throwable thrown);
    }

    private final Owner owner;
    private final Turns turns;
    private final SessionKeeper keeper;
    private final SessionGate gate;
    private final Connector connector;
    private final StateBoard state;
    private final ClientOptions options;
    private final @Nullable Preparation preparation;
    private final ClientObserver observer;
    private @Nullable Connection current;
    private boolean clearPasswordTold;

    public ServerConnection(
            Owner owner,
            Turns turns,
            SessionKeeper keeper,
            Connector connector,
            StateBoard state,
            ClientOptions options) {
        this.owner = owner;
        this.turns = turns;
        this.keeper = keeper;
        this.gate = keeper.gate();
        this.connector = connector;
        this.state = state;
        this.options = options;
        this.preparation = Preparation.of(turns, options);
        this.observer = Observation.of(options.observer());
    }

    // ---- what the owner wants

    /** Connects for {@code request}; an attempt is given up by {@link #cancelAttempt}. */
    void open(EngineRequest request, boolean resume, ConnectAttempt attempt, @Nullable Prepared inHand) {
        gate.session().connect(request, resume, turns.nowNanos());
        URI server = ServerUri.shown(attempt.server());
        Connection opening = new Connection(server);
        current = opening;
        state.connecting(attempt.number(), attempt.lastFailure(), server);
        if (preparation == null || inHand != null) {
            open(opening, inHand == null ? Prepared.plain(attempt) : inHand);
        } else {
            opening.attempt = preparation.prepare(attempt, prepared -> open(opening, prepared), opening::closed);
        }
    }

    private void open(Connection opening, Prepared prepared) {
        ConnectAttempt attempt = prepared.attempt();
        Endpoint endpoint = Endpoint.of(attempt.server());
        if (!endpoint.shown().equals(opening.server)) {
            opening.server = endpoint.shown();
            state.connecting(attempt.number(), attempt.lastFailure(), opening.server);
        }
        if (attempt.settings().password() != null && !clearPasswordTold && endpoint.isReadableByOthers()) {
            clearPasswordTold = true;
            owner.tell(new ClientEvent.PasswordInClear(opening.server));
        }
        opening.prepared = prepared.mayExpire() ? prepared : null;
        gate.session().prepared(opening.server, attempt.settings(), opening.authentication(prepared));
        observer.connecting(opening.server, attempt.number(), attempt.lastFailure());
        opening.attempt = connector.connect(
                new Attempt(
                        attempt.number(),
                        endpoint,
                        keeper.spoken(),
                        attempt.webSocket().headers(),
                        attempt.lastFailure()),
                Observation.tap(opening, observer));
    }

    /** Authenticates the connection anew, for {@code request}. */
    void reauthenticate(EngineRequest request) {
        Connection open = current;
        if (preparation == null || open == null || open.connAck == null || open.prepared == null) {
            request.failed(
                    new ConnectionLostException("there is no connection that could be authenticated anew", null, null));
            return;
        }
        preparation.prepareAgain(
                open.prepared,
                prepared -> {
                    AuthenticationPart part = open.authentication(prepared);
                    if (current == open && part != null) {
                        EngineRequest noted = request.after(() -> open.prepared = prepared);
                        gate.enter(session -> session.reauthenticate(part, noted, turns.nowNanos()));
                    } else {
                        request.failed(new ConnectionLostException("the connection has ended", null, null));
                    }
                },
                thrown -> request.failed(ExchangePart.lost(thrown)));
    }

    /** Gives the attempt up that is under way; false if there is none. */
    boolean cancelAttempt() {
        if (current == null || current.connAck != null) {
            return false;
        }
        close();
        return true;
    }

    /** A Server that takes bytes, slowly, is alive, though the answer to what is behind them has to wait. */
    public void noteProgress() {
        if (current != null && current.transport != null && current.transport.isTakingBytes()) {
            gate.session().onSignOfLife(turns.nowNanos());
        }
    }

    public void write(Packet packet) {
        if (current != null && current.transport != null) {
            current.transport.write(packet);
        }
    }

    public void write(ApplicationMessage message, int packetIdentifier, boolean dup) {
        if (current != null && current.transport != null) {
            current.transport.write(message, packetIdentifier, dup);
        }
    }

    public void write(PacketType acknowledgement, int packetIdentifier, ReasonCode reasonCode) {
        if (current != null && current.transport != null) {
            current.transport.write(acknowledgement, packetIdentifier, reasonCode);
        }
    }

    /** Sends what waited for a change that is durable now. */
    public void sendHeld(Packet packet) {
        write(packet);
        gate.session().onHeldSent(turns.nowNanos());
    }

    public void flush() {
        if (current != null && current.transport != null) {
            current.transport.flush();
        }
    }

    public void close() {
        if (current != null) {
            current.dispose();
            current = null;
        }
    }

    public void readingPaused(boolean paused) {
        Connection open = current;
        if (open == null || open.transport == null || open.readingPaused == paused) {
            return; // to resume what was not paused would be taken for a sign of life
        }
        open.readingPaused = paused;
        open.transport.readingPaused(paused);
        if (paused) {
            gate.session().onReadingPaused(turns.nowNanos());
        } else {
            gate.session().onReadingResumed(turns.nowNanos());
        }
    }

    /** The Server has accepted the connection. */
    void connected(ConnAck connAck) {
        if (current != null && current.transport != null) {
            current.connAck = connAck;
            current.transport.connected(connAck);
        }
    }

    /** Returns what has authenticated the present connection, where that may expire. */
    @Nullable
    Prepared authenticated() {
        return current == null ? null : current.prepared;
    }

    /** Returns what is known of the present connection; null if the Server has not accepted it. */
    public @Nullable ConnectResult result() {
        Connection open = current;
        return open == null || open.connAck == null
                ? null
                : new ConnectResult(
                        open.connAck,
                        open.server,
                        keeper.spoken().protocolVersion(),
                        open.transport == null ? null : open.transport.tls());
    }

    /** One connection to the Server; once it is not the present one any more, what it tells means nothing. */
    private final class Connection implements TransportListener {
        private URI server;
        private @Nullable Transport transport;
        private @Nullable Disposable attempt;
        private @Nullable ConnAck connAck;

        /** What has authenticated it, where that is an exchange, or expires. */
        private @Nullable Prepared prepared;

        private boolean readingPaused;

        Connection(URI server) {
            this.server = server;
        }

        @Nullable
        AuthenticationPart authentication(Prepared said) {
            return said.exchange() == null
                    ? null
                    : new ExchangePart(options, said, turns, gate, () -> current == this, this::authenticationFailed);
        }

        private MqttException authenticationFailed(Throwable thrown) {
            return connAck == null ? ExchangePart.failed(server, thrown) : ExchangePart.lost(thrown);
        }

        @Override
        public void opened(Transport opened) {
            turns.execute(() -> {
                if (current != this) {
                    opened.close();
                    return;
                }
                transport = opened;
                attempt = null; // it has succeeded, and holds much
                gate.enter(session -> session.onTransportOpened(turns.nowNanos()));
            });
        }

        @Override
        public void packet(Packet packet) {
            if (current == this) {
                turns.begin(); // until readComplete
                try {
                    gate.onPacket(packet);
                } catch (Throwable thrown) {
                    owner.failed(thrown);
                }
            }
        }

        @Override
        public void acknowledgement(PacketType type, int packetIdentifier) {
            if (current == this) {
                turns.begin(); // until readComplete
                try {
                    gate.onAcknowledgement(type, packetIdentifier);
                } catch (Throwable thrown) {
                    owner.failed(thrown);
                }
            }
        }

        @Override
        public void bytes() {
            if (current == this) {
                turns.begin(); // until readComplete
                gate.session().onSignOfLife(turns.nowNanos());
            }
        }

        @Override
        public void malformed(ProtocolViolationException violation) {
            turns.execute(() -> {
                if (current == this) {
                    gate.enter(session -> session.onMalformed(violation, turns.nowNanos()));
                }
            });
        }

        @Override
        public void readComplete() {
            turns.end();
        }

        @Override
        public void writabilityChanged(boolean writable) {
            if (current == this && !writable) {
                gate.session().onWritabilityChanged(false, turns.nowNanos()); // at once: in a burst; nothing comes out
            } else if (writable) {
                turns.execute(() -> {
                    if (current == this) {
                        gate.enter(session -> session.onWritabilityChanged(true, turns.nowNanos()));
                    }
                });
            }
        }

        @Override
        public void closed(@Nullable Throwable cause) {
            turns.execute(() -> {
                if (current == this && cause instanceof Error) { // no network does that, and no retry mends it
                    owner.failed(cause);
                } else if (current == this) {
                    current = null;
                    keeper.journal().forgetPackets();
                    gate.enter(session -> session.onTransportLost(cause, turns.nowNanos()));
                }
            });
        }

        void dispose() {
            keeper.journal().forgetPackets();
            if (transport != null) {
                transport.close();
            } else if (attempt != null) {
                attempt.dispose();
            }
        }
    }
}
