package io.reactivemqtt.testkit.reactor;

import io.netty.channel.EventLoopGroup;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.engine.transport.Attempt;
import io.reactivemqtt.engine.transport.ConnectingResources;
import io.reactivemqtt.engine.transport.Connector;
import io.reactivemqtt.engine.transport.Transport;
import io.reactivemqtt.engine.transport.TransportListener;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PingReq;
import io.reactivemqtt.packet.PingResp;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.packet.Unsubscribe;
import java.net.ConnectException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * The Server of one client, in memory: it keeps the Session as a Server does, and a test decides what it answers. The client's
 * packets come on the loop; a test reads what is {@code volatile} or concurrent from any thread.
 */
final class FakeServer implements ConnectingResources, Connector {

    private static final int ALL_IDENTIFIERS = 65_535;

    /** One subscription, as it was granted. */
    private record Granted(Qos qos, @Nullable Integer identifier) {}

    private final CallersLoop loop = new CallersLoop();

    // ---- what a test decides
    private volatile boolean reachable = true;
    private volatile Consumer<? super ConnAck.Builder> connAck = accepted -> {};
    private volatile Function<? super ApplicationMessage, @Nullable ReasonCode> publishAnswer =
            message -> ReasonCode.SUCCESS;
    private final Map<TopicFilter, ReasonCode> refusals = new ConcurrentHashMap<>();

    // ---- what a test sees
    private final List<ApplicationMessage> published = new CopyOnWriteArrayList<>();
    private final Map<TopicFilter, Granted> subscriptions = new ConcurrentHashMap<>();
    private volatile @Nullable Line line;

    // ---- the Session
    private ProtocolVersion version = ProtocolVersion.MQTT_5_0;
    private volatile boolean sessionOutlivesConnection;
    private long sessionExpiryNanos;
    private long connectionLostNanos;
    private int receiveMaximum = ALL_IDENTIFIERS;
    private int lastIdentifier;
    private final Queue<Delivery> waiting = new ArrayDeque<>();
    private final Map<Integer, Delivery> inFlight = new LinkedHashMap<>();
    private final Set<Integer> unreleased = new HashSet<>();

    // ---- the test

    CallersLoop clock() {
        return loop;
    }

    void reachable(boolean answers) {
        reachable = answers;
    }

    void connAck(Consumer<? super ConnAck.Builder> answer) {
        connAck = answer;
    }

    void publishAnswer(Function<? super ApplicationMessage, @Nullable ReasonCode> answer) {
        publishAnswer = answer;
    }

    void refuse(TopicFilter filter, ReasonCode reasonCode) {
        refusals.put(filter, reasonCode);
    }

    List<ApplicationMessage> published() {
        return List.copyOf(published);
    }

    Set<TopicFilter> subscriptions() {
        return Set.copyOf(subscriptions.keySet());
    }

    boolean isConnected() {
        Line now = line;
        return now != null && now.accepted;
    }

    Delivery deliver(ApplicationMessage message) {
        Qos granted = null;
        for (Map.Entry<TopicFilter, Granted> entry : subscriptions.entrySet()) {
            Qos qos = entry.getValue().qos();
            if (entry.getKey().matches(message.topicName()) && (granted == null || qos.level() > granted.level())) {
                granted = qos;
            }
        }
        if (granted == null) {
            throw new IllegalStateException(
                    "no subscription matches " + message.topicName() + "; there are " + subscriptions.keySet());
        }
        Qos qos = Qos.of(Math.min(granted.level(), message.qos().level()));
        if (!isConnected() && (qos == Qos.AT_MOST_ONCE || !sessionOutlivesConnection)) {
            throw new IllegalStateException("the client is not connected, so a Server would drop the message");
        }
        Delivery delivery = new Delivery(ApplicationMessage.of(
                message.topicName(), message.payload(), qos, message.retain(), message.properties()));
        loop.execute(() -> {
            waiting.add(delivery);
            sendWaiting();
        });
        return delivery;
    }

    void disconnect(@Nullable ReasonCode reasonCode) {
        List<Packet> last = reasonCode == null ? List.of() : List.of(new Disconnect(reasonCode));
        loop.execute(() -> {
            Line ended = line;
            if (ended != null) {
                ended.end(version == ProtocolVersion.MQTT_3_1_1 ? List.of() : last);
            }
        });
    }

    // ---- the connection

    @Override
    public Connector connector(ClientOptions options) {
        return this;
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        throw new UnsupportedOperationException("a Server in memory needs no event loop");
    }

    @Override
    public CallersLoop loop() {
        return loop;
    }

    @Override
    public Disposable connect(Attempt attempt, TransportListener listener) {
        Line attempted = new Line(listener);
        loop.execute(attempted::open);
        return () -> attempted.open = false;
    }

    private List<Packet> answersTo(Line from, Packet packet) {
        List<Packet> answers = new ArrayList<>();
        if (packet instanceof Connect connect) {
            answers.add(onConnect(from, connect));
        } else if (packet instanceof Publish publish) {
            onPublish(publish, answers);
        } else if (packet instanceof PubRel pubRel) {
            unreleased.remove(pubRel.packetIdentifier());
            answers.add(new PubComp(pubRel.packetIdentifier(), ReasonCode.SUCCESS));
        } else if (packet instanceof Subscribe subscribe) {
            answers.add(onSubscribe(subscribe));
        } else if (packet instanceof Unsubscribe unsubscribe) {
            answers.add(onUnsubscribe(unsubscribe));
        } else if (packet instanceof PingReq) {
            answers.add(PingResp.INSTANCE);
        } else if (packet instanceof PubAck pubAck) {
            onAcknowledged(pubAck.packetIdentifier(), pubAck.reasonCode(), answers);
        } else if (packet instanceof PubRec pubRec) {
            onAcknowledged(pubRec.packetIdentifier(), pubRec.reasonCode(), answers);
        } else if (packet instanceof PubComp pubComp) {
            inFlight.remove(pubComp.packetIdentifier());
        }
        return answers;
    }

    private Packet onConnect(Line from, Connect connect) {
        ConnAck.Builder answer = ConnAck.builder();
        connAck.accept(answer);
        if (answer.build().reasonCode().isError()) {
            return answer.build();
        }
        from.accepted = true;
        boolean expired = !sessionOutlivesConnection || loop.nanoTime() - connectionLostNanos >= sessionExpiryNanos;
        if (connect.cleanStart() || expired) {
            waiting.clear();
            inFlight.clear();
            unreleased.clear();
            subscriptions.clear();
        }
        boolean present = sessionOutlivesConnection && !expired && !connect.cleanStart();
        version = connect.protocolVersion();
        sessionExpiryNanos = expiryNanos(connect);
        sessionOutlivesConnection = sessionExpiryNanos > 0;
        receiveMaximum = connect.receiveMaximum() == null ? ALL_IDENTIFIERS : connect.receiveMaximum();
        return answer.sessionPresent(present).build();
    }

    private static long expiryNanos(Connect connect) {
        if (connect.protocolVersion() == ProtocolVersion.MQTT_3_1_1) {
            return connect.cleanStart() ? 0 : Long.MAX_VALUE;
        }
        Long seconds = connect.sessionExpiryIntervalSeconds();
        return seconds == null ? 0 : TimeUnit.SECONDS.toNanos(seconds);
    }

    private void onPublish(Publish publish, List<Packet> answers) {
        boolean repeated = unreleased.contains(publish.packetIdentifier());
        if (!repeated) {
            published.add(publish.message());
        }
        ReasonCode answer = repeated ? ReasonCode.SUCCESS : publishAnswer.apply(publish.message());
        if (answer == null || publish.message().qos() == Qos.AT_MOST_ONCE) {
            return;
        }
        if (publish.message().qos() == Qos.AT_LEAST_ONCE) {
            answers.add(new PubAck(publish.packetIdentifier(), answer));
        } else {
            if (!answer.isError()) {
                unreleased.add(publish.packetIdentifier());
            }
            answers.add(new PubRec(publish.packetIdentifier(), answer));
        }
    }

    private Packet onSubscribe(Subscribe subscribe) {
        List<ReasonCode> reasonCodes = new ArrayList<>();
        for (TopicSubscription asked : subscribe.subscriptions()) {
            ReasonCode refusal = refusals.get(asked.topicFilter());
            if (refusal == null) {
                subscriptions.put(asked.topicFilter(), new Granted(asked.qos(), subscribe.subscriptionIdentifier()));
            }
            reasonCodes.add(refusal == null ? granted(asked.qos()) : refusal);
        }
        return new SubAck(subscribe.packetIdentifier(), reasonCodes);
    }

    private static ReasonCode granted(Qos qos) {
        return Objects.requireNonNull(ReasonCode.of(qos.level())); // the numbers are those of the QoS
    }

    private Packet onUnsubscribe(Unsubscribe unsubscribe) {
        List<ReasonCode> reasonCodes = unsubscribe.topicFilters().stream()
                .map(filter ->
                        subscriptions.remove(filter) == null ? ReasonCode.NO_SUBSCRIPTION_EXISTED : ReasonCode.SUCCESS)
                .toList();
        return new UnsubAck(
                unsubscribe.packetIdentifier(), version == ProtocolVersion.MQTT_3_1_1 ? List.of() : reasonCodes);
    }

    private void onAcknowledged(int packetIdentifier, ReasonCode reasonCode, List<Packet> answers) {
        Delivery delivery = inFlight.get(packetIdentifier);
        if (delivery == null) {
            return;
        }
        delivery.acknowledged(reasonCode);
        if (delivery.stage() == Delivery.Stage.RECEIVED) {
            answers.add(new PubRel(packetIdentifier, ReasonCode.SUCCESS));
        } else {
            inFlight.remove(packetIdentifier);
        }
    }

    // ---- messages

    /** What the client has not completely acknowledged on an earlier connection. */
    private void repeat(Line to) {
        List<Packet> repeated = new ArrayList<>();
        inFlight.forEach((identifier, delivery) -> repeated.add(
                delivery.stage() == Delivery.Stage.RECEIVED
                        ? new PubRel(identifier, ReasonCode.SUCCESS)
                        : publish(delivery, identifier, true)));
        to.sends(repeated);
    }

    private void sendWaiting() {
        Line to = line;
        if (to == null || !to.accepted) {
            return;
        }
        List<Packet> packets = new ArrayList<>();
        while (inFlight.size() < receiveMaximum && !waiting.isEmpty()) {
            Delivery next = waiting.remove();
            int identifier = Packet.NO_PACKET_IDENTIFIER;
            if (next.message().qos() != Qos.AT_MOST_ONCE) {
                identifier = nextIdentifier();
                inFlight.put(identifier, next);
            }
            packets.add(publish(next, identifier, false));
        }
        to.sends(packets);
    }

    private int nextIdentifier() {
        do {
            lastIdentifier = lastIdentifier % ALL_IDENTIFIERS + 1;
        } while (inFlight.containsKey(lastIdentifier));
        return lastIdentifier;
    }

    private Publish publish(Delivery delivery, int packetIdentifier, boolean dup) {
        delivery.sent();
        List<Integer> identifiers = subscriptions.entrySet().stream()
                .filter(entry -> entry.getKey().matches(delivery.message().topicName()))
                .flatMap(entry -> Stream.ofNullable(entry.getValue().identifier()))
                .toList();
        return new Publish(delivery.message(), packetIdentifier, dup, Publish.NO_TOPIC_ALIAS, identifiers);
    }

    /** One connection; what is written is answered after the flush, in a turn of its own. */
    private final class Line implements Transport {
        private final TransportListener listener;
        private final List<Packet> written = new ArrayList<>();
        private final List<Packet> flushed = new ArrayList<>();
        private boolean open = true;
        private volatile boolean accepted;

        Line(TransportListener listener) {
            this.listener = listener;
        }

        void open() {
            if (!open) {
                return; // given up before
            }
            if (!reachable) {
                open = false;
                listener.closed(new ConnectException("the fake Server is not reachable"));
                return;
            }
            line = this;
            listener.opened(this);
        }

        @Override
        public void write(Packet packet) {
            written.add(packet);
        }

        @Override
        public void flush() {
            if (!written.isEmpty()) {
                flushed.addAll(written);
                written.clear();
                loop.execute(this::receive);
            }
        }

        private List<Packet> takeFlushed() {
            List<Packet> taken = List.copyOf(flushed);
            flushed.clear();
            return taken;
        }

        private void receive() {
            boolean wasAccepted = accepted;
            List<Packet> answers = new ArrayList<>();
            takeFlushed().forEach(packet -> answers.addAll(answersTo(this, packet)));
            sends(answers);
            if (accepted && !wasAccepted) {
                repeat(this);
            } else if (!answers.isEmpty() && answers.get(0) instanceof ConnAck) {
                end(List.of()); // refused
            }
            sendWaiting();
        }

        void sends(List<Packet> packets) {
            if (!open || packets.isEmpty()) {
                return;
            }
            for (Packet packet : packets) {
                if (open) { // one may have the client close
                    listener.packet(packet);
                }
            }
            listener.readComplete();
        }

        void end(List<Packet> last) {
            sends(last);
            if (open) {
                closed();
                listener.closed(null);
            }
        }

        @Override
        public void close() {
            flush();
            closed();
            takeFlushed()
                    .forEach(packet ->
                            answersTo(this, packet)); // at once: the test may look when disconnect() completes
        }

        private void closed() {
            open = false;
            if (line == this) {
                line = null;
                connectionLostNanos = loop.nanoTime();
            }
        }

        @Override
        public void readingPaused(boolean paused) {
            // the Receive Maximum bounds what is under way
        }

        @Override
        public boolean isTakingBytes() {
            return false;
        }

        @Override
        public void connected(ConnAck announced) {
            // packets have no size here
        }
    }
}
