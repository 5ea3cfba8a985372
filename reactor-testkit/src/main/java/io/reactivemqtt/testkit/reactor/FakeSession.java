package io.reactivemqtt.testkit.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
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
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The Server's half of the Session (MQTT 5.0 §4.1). On the loop, but for what a test asks. */
final class FakeSession {

    private static final int ALL_IDENTIFIERS = 65_535;

    /** One subscription, as it was granted. */
    private record Granted(Qos qos, @Nullable Integer identifier) {}

    private final Map<TopicFilter, Granted> subscriptions = new ConcurrentHashMap<>();
    private boolean exists;
    private boolean connected;
    private long expiryNanos;
    private long endedNanos;

    // ---- messages to the client
    /** At QoS 0, which the Receive Maximum does not count. */
    private final Queue<Delivery> urgent = new ArrayDeque<>();

    private final Queue<Delivery> waiting = new ArrayDeque<>();
    private final Map<Integer, Delivery> inFlight = new LinkedHashMap<>();
    private int receiveMaximum = ALL_IDENTIFIERS;
    private int lastIdentifier;

    /** QoS 2 messages from the client whose PUBREL has not come. */
    private final Set<Integer> unreleased = new HashSet<>();

    // ---- its life

    /** Begins a connection; returns Session Present. */
    boolean begin(Connect connect, long nowNanos) {
        expireAt(nowNanos);
        boolean present = exists && !connect.cleanStart();
        if (!present) {
            clear();
        }
        exists = true;
        connected = true;
        expiryNanos = expiryNanos(connect);
        receiveMaximum = Objects.requireNonNullElse(connect.receiveMaximum(), ALL_IDENTIFIERS);
        return present;
    }

    /** The Server has granted another Session Expiry Interval than CONNECT asks for. */
    void expiry(long seconds) {
        expiryNanos = TimeUnit.SECONDS.toNanos(seconds);
    }

    /** Ends it if its time without a connection is over. */
    void expireAt(long nowNanos) {
        if (exists && !connected && nowNanos - endedNanos >= expiryNanos) {
            clear();
        }
    }

    private void clear() {
        exists = false;
        subscriptions.clear();
        urgent.clear();
        waiting.clear();
        inFlight.clear();
        unreleased.clear();
    }

    private static long expiryNanos(Connect connect) {
        if (connect.protocolVersion() == ProtocolVersion.MQTT_3_1_1) {
            return connect.cleanStart() ? 0 : Long.MAX_VALUE;
        }
        return TimeUnit.SECONDS.toNanos(Objects.requireNonNullElse(connect.sessionExpiryIntervalSeconds(), 0L));
    }

    void connectionEnded(long nowNanos) {
        connected = false;
        endedNanos = nowNanos;
        urgent.clear();
        expireAt(nowNanos);
    }

    // ---- subscriptions

    ReasonCode subscribe(TopicSubscription asked, @Nullable Integer identifier) {
        subscriptions.put(asked.topicFilter(), new Granted(asked.qos(), identifier));
        return Objects.requireNonNull(ReasonCode.of(asked.qos().level())); // the numbers are those of the QoS
    }

    ReasonCode unsubscribe(TopicFilter filter) {
        return subscriptions.remove(filter) == null ? ReasonCode.NO_SUBSCRIPTION_EXISTED : ReasonCode.SUCCESS;
    }

    Set<TopicFilter> subscriptions() {
        return Set.copyOf(subscriptions.keySet());
    }

    private Stream<Granted> matching(TopicName topicName) {
        return subscriptions.entrySet().stream()
                .filter(entry -> entry.getKey().matches(topicName))
                .map(Map.Entry::getValue);
    }

    /** Returns the highest QoS at which messages to {@code topicName} are sent, or null if no subscription matches. */
    @Nullable
    Qos granted(TopicName topicName) {
        return matching(topicName).map(Granted::qos).max(Qos::compareTo).orElse(null);
    }

    // ---- messages to the client

    void add(Delivery delivery) {
        (delivery.message().qos() == Qos.AT_MOST_ONCE ? urgent : waiting).add(delivery);
    }

    /** Returns what may be sent for the first time. */
    List<Packet> next(long nowNanos) {
        List<Packet> packets = new ArrayList<>();
        while (!urgent.isEmpty()) {
            publish(urgent.remove(), Packet.NO_PACKET_IDENTIFIER, false, nowNanos, packets);
        }
        while (inFlight.size() < receiveMaximum && !waiting.isEmpty()) {
            int identifier = nextIdentifier();
            Delivery next = waiting.remove();
            if (publish(next, identifier, false, nowNanos, packets)) {
                inFlight.put(identifier, next);
            }
        }
        return packets;
    }

    /** Returns what the client has not completely acknowledged on an earlier connection. */
    List<Packet> repeated(long nowNanos) {
        List<Packet> packets = new ArrayList<>();
        inFlight.forEach((identifier, delivery) -> {
            if (delivery.stage() == Delivery.Stage.RECEIVED) {
                packets.add(new PubRel(identifier, ReasonCode.SUCCESS));
            } else {
                publish(delivery, identifier, true, nowNanos, packets);
            }
        });
        return packets;
    }

    private int nextIdentifier() {
        do {
            lastIdentifier = lastIdentifier % ALL_IDENTIFIERS + 1;
        } while (inFlight.containsKey(lastIdentifier));
        return lastIdentifier;
    }

    /** Sends it, unless it has expired. */
    private boolean publish(Delivery delivery, int packetIdentifier, boolean dup, long nowNanos, List<Packet> to) {
        ApplicationMessage message = delivery.at(nowNanos);
        if (message == null) {
            delivery.expired();
            return false;
        }
        delivery.sent();
        List<Integer> identifiers = matching(message.topicName())
                .flatMap(granted -> Stream.ofNullable(granted.identifier()))
                .toList();
        to.add(new Publish(message, packetIdentifier, dup, Publish.NO_TOPIC_ALIAS, identifiers));
        return true;
    }

    /** PUBACK or PUBREC; returns whether PUBREL follows. */
    boolean acknowledge(int packetIdentifier, ReasonCode reasonCode) {
        Delivery delivery = inFlight.get(packetIdentifier);
        if (delivery == null) {
            return false;
        }
        delivery.acknowledged(reasonCode);
        if (delivery.stage() == Delivery.Stage.DONE) {
            inFlight.remove(packetIdentifier);
        }
        return delivery.stage() == Delivery.Stage.RECEIVED;
    }

    void complete(int packetIdentifier) {
        inFlight.remove(packetIdentifier);
    }

    // ---- messages from the client

    /** Tells whether a PUBLISH is the repeat of a QoS 2 message that is here. */
    boolean has(int packetIdentifier) {
        return unreleased.contains(packetIdentifier);
    }

    void received(int packetIdentifier) {
        unreleased.add(packetIdentifier);
    }

    void release(int packetIdentifier) {
        unreleased.remove(packetIdentifier);
    }
}
