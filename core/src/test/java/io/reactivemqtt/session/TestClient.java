package io.reactivemqtt.session;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.PublishOptions;
import io.reactivemqtt.codec.PacketEncoder;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.session.Output.CloseTransport;
import io.reactivemqtt.session.Output.Disconnected;
import io.reactivemqtt.session.Output.Send;
import io.reactivemqtt.session.Output.SendNow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** A session, everything that it wants done, and a clock that is moved by hand. The Server is the test. */
final class TestClient {

    final RecordedOutputs recorded = new RecordedOutputs();
    final Session session;
    final ClientOptions options;
    long nowNanos = 1_000;
    TestRequest connectRequest = new TestRequest("no connect yet");

    /** A message on its way, known by what it is. */
    static final class TestFlow extends OutgoingFlow {
        private final PublishOptions options;
        private final long sendUntilNanos;
        private boolean enqueued;
        private @Nullable String reference;

        TestFlow(ApplicationMessage message) {
            this(message, PublishOptions.DEFAULT, NEVER);
        }

        TestFlow(ApplicationMessage message, PublishOptions options, long sendUntilNanos) {
            super(message);
            this.options = options;
            this.sendUntilNanos = sendUntilNanos;
        }

        /** Returns a message whose outcome is kept. */
        static TestFlow enqueued(ApplicationMessage message, @Nullable String reference) {
            TestFlow flow = new TestFlow(message);
            flow.receiptWanted(reference);
            return flow;
        }

        @Override
        protected boolean keepsReceipt() {
            return enqueued;
        }

        @Override
        protected @Nullable String reference() {
            return reference;
        }

        @Override
        protected void receiptWanted(@Nullable String wanted) {
            enqueued = true;
            reference = wanted;
        }

        @Override
        public PublishOptions options() {
            return options;
        }

        @Override
        public long sendUntilNanos() {
            return sendUntilNanos;
        }

        @Override
        public String toString() {
            return message().topicName() + "#" + packetIdentifier();
        }
    }

    /** A caller who waits, known by a name. */
    record TestRequest(String name) implements Request {}

    TestClient(ClientOptions options, boolean durable) {
        this(options, durable, TestClient::length);
    }

    private TestClient(ClientOptions options, boolean durable, ToIntFunction<Packet> length) {
        this.options = options;
        this.session = new Session(options, recorded, durable, length);
    }

    /** Whose packets are as long as they are on the wire. */
    static TestClient withLengthsOfTheWire() {
        ClientOptions options = options(ProtocolVersion.MQTT_5_0).build();
        return new TestClient(options, false, PacketEncoder.of(ProtocolVersion.MQTT_5_0)::encodedLength);
    }

    TestClient(ClientOptions.Builder options) {
        this(options.build(), false);
    }

    /** Whose Session never expires and that connects without Clean Start, so that no version matters. */
    static ClientOptions.Builder options(ProtocolVersion version) {
        return ClientOptions.builder()
                .protocolVersion(version)
                .clientIdentifier("c")
                .cleanSession(false);
    }

    static TestClient volatileOne(ProtocolVersion version) {
        return new TestClient(options(version));
    }

    static TestClient volatileOne() {
        return volatileOne(ProtocolVersion.MQTT_5_0);
    }

    static TestClient durableOne(ProtocolVersion version) {
        return new TestClient(options(version).build(), true);
    }

    static TestClient durableOne() {
        return durableOne(ProtocolVersion.MQTT_5_0);
    }

    /** Simple numbers: what is written in text counts, on top of ten. */
    private static int length(Packet packet) {
        if (packet instanceof Publish publish) {
            return 10 + publish.message().payload().size();
        } else if (packet instanceof Subscribe subscribe) {
            return 10 * subscribe.subscriptions().size();
        } else if (packet instanceof Disconnect disconnect) {
            String words = disconnect.reasonString();
            return 10 + (words == null ? 0 : words.length());
        }
        return 10;
    }

    // ---- connections

    TestClient connected() {
        return connected(ConnAck.accepted(false));
    }

    TestClient connected(ConnAck connAck) {
        open(false);
        receive(connAck);
        outputs();
        return this;
    }

    /** The transport is there and CONNECT has left. */
    void open(boolean resume) {
        connectRequest = new TestRequest("connect");
        session.connect(connectRequest, resume, nowNanos);
        session.onTransportOpened(nowNanos);
    }

    /** Connects again by itself, as after a lost connection, and leaves the outputs from CONNACK on. */
    void reconnect(boolean sessionPresent) {
        reconnect(ConnAck.accepted(sessionPresent));
    }

    void reconnect(ConnAck connAck) {
        open(true);
        outputs();
        receive(connAck);
    }

    void lose() {
        nowNanos += Duration.ofSeconds(1).toNanos(); // a message is stuck where connections end at once
        session.onTransportLost(null, nowNanos);
    }

    /** Loses the connection and goes on with the Session. */
    void cutAndResume() {
        lose();
        reconnect(true);
    }

    // ---- wishes

    TestFlow publish(String topic, Qos qos) {
        return publish(ApplicationMessage.of(topic, "", qos));
    }

    TestFlow publish(ApplicationMessage message) {
        TestFlow flow = new TestFlow(message);
        session.publish(flow, nowNanos);
        return flow;
    }

    TestFlow publish(ApplicationMessage message, Consumer<? super PublishOptions.Builder> with) {
        PublishOptions publishOptions = PublishOptions.of(with);
        Duration within = publishOptions.sendWithin();
        TestFlow flow = new TestFlow(
                message, publishOptions, within == null ? OutgoingFlow.NEVER : nowNanos + within.toNanos());
        session.publish(flow, nowNanos);
        return flow;
    }

    TestRequest subscribe(String... topicFilters) {
        TestRequest request = new TestRequest("subscribe " + String.join(", ", topicFilters));
        session.subscribe(subscriptions(topicFilters), 0, request, nowNanos);
        return request;
    }

    static List<TopicSubscription> subscriptions(String... topicFilters) {
        List<TopicSubscription> subscriptions = new ArrayList<>();
        for (String topicFilter : topicFilters) {
            subscriptions.add(TopicSubscription.of(topicFilter, Qos.EXACTLY_ONCE));
        }
        return subscriptions;
    }

    TestRequest unsubscribe(String topicFilter) {
        TestRequest request = new TestRequest("unsubscribe " + topicFilter);
        session.unsubscribe(List.of(TopicFilter.of(topicFilter)), request, nowNanos);
        return request;
    }

    void acknowledge(IncomingFlow delivery) {
        acknowledge(delivery, ReasonCode.SUCCESS);
    }

    void acknowledge(IncomingFlow delivery, ReasonCode reasonCode) {
        session.acknowledge(delivery, reasonCode, nowNanos);
    }

    TestRequest disconnect() {
        return disconnect(new Disconnect(ReasonCode.SUCCESS));
    }

    TestRequest disconnect(Disconnect disconnect) {
        TestRequest request = new TestRequest("disconnect");
        session.disconnect(disconnect, request, Duration.ofSeconds(10).toNanos(), nowNanos);
        return request;
    }

    // ---- facts

    void receive(Packet packet) {
        session.onPacket(packet, nowNanos);
    }

    /** Receives a message and returns its handle. */
    IncomingFlow receiveMessage(String topic, Qos qos, int packetIdentifier) {
        receive(incoming(topic, qos, packetIdentifier));
        return recorded.deliveries.get(recorded.deliveries.size() - 1);
    }

    static Publish incoming(String topic, Qos qos, int packetIdentifier) {
        return new Publish(ApplicationMessage.of(topic, "", qos), packetIdentifier, false);
    }

    static Publish repeated(String topic, Qos qos, int packetIdentifier) {
        return new Publish(ApplicationMessage.of(topic, "", qos), packetIdentifier, true);
    }

    void pass(Duration time) {
        nowNanos += time.toNanos();
        session.onTime(nowNanos);
    }

    // ---- what came of it

    /** Returns what was wanted since the last call. */
    List<Output> outputs() {
        List<Output> taken = List.copyOf(recorded.outputs);
        recorded.outputs.clear();
        return taken;
    }

    /** Returns the packets that were sent since the last call, and forgets what else was wanted. */
    List<Packet> sent() {
        List<Packet> packets = new ArrayList<>();
        for (Output output : outputs()) {
            if (output instanceof Send send) {
                packets.add(send.packet());
            } else if (output instanceof SendNow sendNow) {
                packets.add(sendNow.packet());
            }
        }
        return packets;
    }

    /** Returns what ends a connection on which the Server broke a rule: MQTT 3.1.1 has no DISCONNECT for that. */
    List<Output> violation(ReasonCode reasonCode) {
        List<Output> expected = new ArrayList<>();
        if (options.session().protocolVersion() == ProtocolVersion.MQTT_5_0) {
            expected.add(new SendNow(new Disconnect(reasonCode)));
        }
        expected.add(new CloseTransport());
        expected.add(new Disconnected(ProtocolViolationException.class, reasonCode, false));
        return expected;
    }

    @Nullable
    String lastCause() {
        return recorded.causes.get(recorded.causes.size() - 1).getMessage();
    }
}
