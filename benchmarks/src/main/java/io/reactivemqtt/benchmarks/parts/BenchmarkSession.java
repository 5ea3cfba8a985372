package io.reactivemqtt.benchmarks.parts;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.codec.PacketEncoder;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.session.IncomingFlow;
import io.reactivemqtt.session.OutgoingFlow;
import io.reactivemqtt.session.Outputs;
import io.reactivemqtt.session.Request;
import io.reactivemqtt.session.Session;
import io.reactivemqtt.store.SessionChange;
import org.jspecify.annotations.Nullable;

/** A connected session that nobody stores, and all around it as cheap as can be: it remembers the latest of what comes out. */
final class BenchmarkSession implements Outputs {

    private static final int RECEIVE_MAXIMUM = 65_535;

    @Nullable
    Packet sent;

    @Nullable
    IncomingFlow delivery;

    // What comes out is kept, else the compiler would find that parts of it need not be made.

    @Nullable
    Publish delivered;

    @Nullable
    OutgoingFlow done;

    @Nullable
    Acknowledgement answer;

    /** How many messages were delivered, or are done. */
    int messages;

    private final Session session;
    private long nowNanos;

    /** A message on its way that nobody waits for. */
    private static final class Flow extends OutgoingFlow {
        Flow(ApplicationMessage message) {
            super(message);
        }
    }

    private record Connecting() implements Request {}

    BenchmarkSession() {
        ClientOptions options = ClientOptions.builder()
                .protocolVersion(ProtocolVersion.MQTT_5_0)
                .clientIdentifier("benchmark")
                .receiveMaximum(RECEIVE_MAXIMUM)
                .build();
        session = new Session(options, this, false, PacketEncoder.of(ProtocolVersion.MQTT_5_0)::encodedLength);
        session.connect(new Connecting(), false, nowNanos);
        session.onTransportOpened(nowNanos);
        session.onPacket(ConnAck.builder().receiveMaximum(RECEIVE_MAXIMUM).build(), nowNanos);
    }

    static ApplicationMessage message(Qos qos) {
        return ApplicationMessage.of(TopicName.of("building/7/room/1/temperature"), Payload.of(new byte[64]), qos);
    }

    /** Publishes {@code message} and returns its Packet Identifier. */
    int publish(ApplicationMessage message) {
        session.publish(new Flow(message), ++nowNanos);
        if (sent instanceof Publish publish) {
            return publish.packetIdentifier();
        }
        throw new IllegalStateException("no PUBLISH was sent, but " + sent);
    }

    void receive(Packet packet) {
        session.onPacket(packet, ++nowNanos);
    }

    /** Tells the session that the application is done with the latest message, if it has to hear of that. */
    void acknowledge() {
        IncomingFlow latest = delivery;
        if (latest != null) {
            session.acknowledge(latest, ReasonCode.SUCCESS, ++nowNanos);
        }
    }

    /** Throws unless as many messages are unacknowledged as there should be: else something else was measured. */
    void requireUnacknowledged(int outgoing, int incoming) {
        if (session.inFlight() != outgoing || session.unacknowledged() != incoming || session.waiting() != 0) {
            throw new IllegalStateException(session.inFlight() + " messages in flight, " + session.unacknowledged()
                    + " received, " + session.waiting() + " waiting");
        }
    }

    @Override
    public void persist(SessionChange change) {
        throw new IllegalStateException("nobody stores this session");
    }

    @Override
    public boolean send(Packet packet) {
        sent = packet;
        return true;
    }

    @Override
    public void sendNow(Packet packet) {
        throw new IllegalStateException("unexpected: " + packet);
    }

    @Override
    public boolean deliver(Publish publish, @Nullable IncomingFlow handle) {
        delivered = publish;
        delivery = handle;
        messages++;
        return false;
    }

    @Override
    public void published(OutgoingFlow flow, @Nullable Acknowledgement lastWord) {
        done = flow;
        answer = lastWord;
        messages++;
    }

    @Override
    public void publishFailed(OutgoingFlow flow, MqttException cause) {
        throw new IllegalStateException(cause);
    }

    @Override
    public void publishDropped(OutgoingFlow flow, MqttException cause) {
        throw new IllegalStateException(cause);
    }

    @Override
    public void complete(Request request, Packet answer) {}

    @Override
    public void fail(Request request, MqttException cause) {
        throw new IllegalStateException(cause);
    }

    @Override
    public void emit(ClientEvent event) {}

    @Override
    public void holdReading(boolean held) {}

    @Override
    public void closeTransport() {
        throw new IllegalStateException("the session gave up");
    }
}
