package io.reactivemqtt.engine.connection;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientObserver;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.UnknownSessionPolicy;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.engine.loop.Waiter;
import io.reactivemqtt.engine.observation.Observation;
import io.reactivemqtt.engine.state.EngineRequest;
import io.reactivemqtt.engine.state.SessionGate;
import io.reactivemqtt.engine.state.SessionKeeper;
import io.reactivemqtt.engine.transport.Connector;
import io.reactivemqtt.engine.transport.Transport;
import io.reactivemqtt.engine.transport.TransportListener;
import io.reactivemqtt.exception.ConnectionLostException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.exception.SessionUnknownException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** The connection to the Server: opens it, hands in what arrives, and re-establishes it when it is lost. Event loop only. */
public final class ServerConnection {

    /** What is asked of the owner, on the loop. */
    public interface Owner {
        void tell(ClientEvent event);

        /** The connection was lost and is not re-established. */
        void reconnectStopped(MqttException cause);

        /** The client's own code has thrown: a fault in it. */
        void failed(Throwable thrown);
    }

    private final Owner owner;
    private final Turns turns;
    private final SessionKeeper keeper;
    private final SessionGate gate;
    private final Connector connector;
    private final Reconnector reconnector;
    private final UnknownSessionPolicy unknownSession;
    private final ClientObserver observer;
    private @Nullable Connection current;
    private boolean disconnectWished;
    private boolean comingBack;

    public ServerConnection(
            Owner owner,
            Turns turns,
            SessionKeeper keeper,
            Connector connector,
            Reconnector reconnector,
            ClientOptions options) {
        this.owner = owner;
        this.turns = turns;
        this.keeper = keeper;
        this.gate = keeper.gate();
        this.connector = connector;
        this.reconnector = reconnector;
        this.unknownSession = options.session().unknownSession();
        this.observer = Observation.of(options.observer());
    }

    // ---- what the owner wants

    /** Connects for {@code request}; what comes is cancelled by {@link #cancel}. */
    public void open(EngineRequest request, boolean resume) {
        comingBack = false;
        gate.session().connect(request, resume, turns.nowNanos());
        Connection opening = new Connection(request);
        current = opening;
        opening.attempt = connector.connect(reconnector.begin(observer), Observation.tap(opening, observer));
    }

    /** Connects for {@code request} again, with Clean Start 1, where that cures {@code cause}; false if it does not. */
    public boolean beginNewInstead(EngineRequest request, MqttException cause) {
        boolean begins = unknownSession == UnknownSessionPolicy.BEGIN_NEW && cause instanceof SessionUnknownException;
        if (begins) {
            turns.defer(() -> open(request, true));
        }
        return begins;
    }

    /** Gives the attempt of {@code request} up; false if it is not the present one any more. */
    public boolean cancel(EngineRequest request) {
        if (current == null || current.request != request) {
            return false;
        }
        close();
        return true;
    }

    /** The client has failed: nothing is left open, and nothing is tried any more. */
    public void clientFailed() {
        disconnectWished();
        close();
    }

    /** Ends the connection because of {@code cause}, and re-establishes it; not where no new one would be tried. */
    public void reestablish(MqttException cause) {
        if (!disconnectWished && reconnector.worthTrying(cause)) {
            gate.enter(session -> session.giveUpConnection(cause, turns.nowNanos()));
        }
    }

    /** A Server that takes bytes, slowly, is alive, though the answer to what is behind them has to wait. */
    public void noteProgress() {
        if (current != null && current.transport != null && current.transport.isTakingBytes()) {
            gate.session().onSignOfLife(turns.nowNanos());
        }
    }

    /** Somebody wants a connection; true if one was about to be re-established. */
    public boolean connectWished() {
        disconnectWished = false;
        return reconnector.cancel();
    }

    /** Nobody wants a connection any more. */
    public void disconnectWished() {
        disconnectWished = true;
        comingBack = false;
        reconnector.cancel();
    }

    /** Tells whether a lost connection waits for its time, or for the store, to be re-established. */
    public boolean isComingBack() {
        return comingBack;
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
    public void connected(ConnAck connAck) {
        reconnector.connected(turns.nowNanos());
        if (current != null && current.transport != null) {
            current.request = EngineRequest.NOBODY; // who waited may be forgotten
            current.transport.connected(connAck);
        }
    }

    /** The connection was lost: re-establishes it, or stops. */
    public void lost(MqttException cause) {
        turns.defer(() -> {
            if (disconnectWished) {
                return; // it ended while it was being ended
            }
            comingBack = reconnector.worthTrying(cause);
            if (comingBack) {
                reconnector.schedule(cause, turns.nowNanos(), () -> turns.execute(this::reconnect), owner::tell);
            } else {
                owner.tell(new ClientEvent.ReconnectStopped(cause));
                owner.reconnectStopped(new ConnectionLostException(
                        "the connection was lost and is not re-established: " + cause.getMessage(),
                        cause.reasonCode(),
                        cause));
            }
        });
    }

    private void reconnect() {
        EngineRequest request = EngineRequest.failing(this::lost);
        keeper.whenOpen(new Waiter() {
            @Override
            public void run() {
                if (!disconnectWished && gate.session().isDisconnected()) {
                    open(request, true);
                }
            }

            @Override
            public void failed(MqttException cause) {
                if (!disconnectWished) { // else nobody waits for the store any more
                    owner.tell(new ClientEvent.StoreFailed(cause));
                    request.failed(cause);
                }
            }
        });
    }

    /** One connection to the Server; once it is not the present one any more, what it tells means nothing. */
    private final class Connection implements TransportListener {
        private EngineRequest request;
        private @Nullable Transport transport;
        private @Nullable Disposable attempt;
        private boolean readingPaused;

        Connection(EngineRequest request) {
            this.request = request;
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
