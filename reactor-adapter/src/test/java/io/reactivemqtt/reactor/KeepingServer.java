package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.packet.Unsubscribe;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The Server of a {@link VirtualClient}, which keeps the Session over all connections: it sends one copy of each message with the identifiers
 * of all subscriptions that match, respects the Receive Maximum, and sends again what is not acknowledged.
 */
final class KeepingServer {

    private static final int MOST_IN_FLIGHT = 65_535;

    private final VirtualClient client;

    /** Hears of each message whose acknowledgement (PUBACK, PUBREC) arrives. */
    private final Consumer<ApplicationMessage> onAcknowledged;

    private final Map<String, @Nullable Integer> subscriptions = new LinkedHashMap<>();
    private final Map<Integer, InFlight> inFlight = new LinkedHashMap<>();
    private final Deque<ApplicationMessage> waiting = new ArrayDeque<>();

    /** What was sent in this connection and is not acknowledged yet, in order [MQTT-4.6.0-2], [MQTT-4.6.0-3]. */
    private final Map<Qos, Deque<Integer>> inOrder =
            Map.of(Qos.AT_LEAST_ONCE, new ArrayDeque<>(), Qos.EXACTLY_ONCE, new ArrayDeque<>());

    private final Set<String> sentAgain = new HashSet<>();
    private int receiveMaximum = MOST_IN_FLIGHT;
    private int lastIdentifier;
    private boolean sessionPresent;
    private int unsubscribed;

    private static final class InFlight {
        final ApplicationMessage message;
        boolean received;

        InFlight(ApplicationMessage message) {
            this.message = message;
        }
    }

    KeepingServer(VirtualClient client, Consumer<ApplicationMessage> onAcknowledged) {
        this.client = client;
        this.onAcknowledged = onAcknowledged;
        client.onAttempt(attempt -> accept());
    }

    /** Returns how many filters were unsubscribed. */
    int unsubscribed() {
        return unsubscribed;
    }

    /** Returns what was published and is not acknowledged yet. */
    List<ApplicationMessage> unacknowledged() {
        List<ApplicationMessage> all = new ArrayList<>(waiting);
        inFlight.values().forEach(each -> {
            if (!each.received) {
                all.add(each.message);
            }
        });
        return all;
    }

    /** Tells whether a message, known by its payload, was sent twice. */
    boolean hasSentAgain(String payload) {
        return sentAgain.contains(payload);
    }

    private void accept() {
        client.sent(); // whatever was on its way is lost
        client.opens();
        client.sends(ConnAck.accepted(sessionPresent));
        sessionPresent = true;
        inOrder.values().forEach(Deque::clear);
        List<Packet> again = new ArrayList<>();
        inFlight.forEach((identifier, message) -> again.add(
                message.received
                        ? new PubRel(identifier, ReasonCode.SUCCESS)
                        : publish(identifier, message.message, true)));
        if (!again.isEmpty()) {
            client.sends(again.toArray(Packet[]::new));
        }
        answer();
    }

    /** Publishes {@code messages} to whoever is subscribed; returns those that somebody is subscribed to. */
    List<ApplicationMessage> publishes(List<ApplicationMessage> messages) {
        List<ApplicationMessage> wanted = messages.stream()
                .filter(message -> !identifiers(message).isEmpty())
                .toList();
        waiting.addAll(wanted);
        answer();
        return wanted;
    }

    /** Answers all that the client has sent, and what that brings about, until both are silent. */
    void answer() {
        for (List<Packet> sent = client.sent(); !sent.isEmpty() || maySend(); sent = client.sent()) {
            for (Packet packet : sent) {
                Packet answer = answer(packet);
                if (answer != null && client.hasConnection()) {
                    client.sends(answer);
                }
            }
            sendWaiting();
        }
    }

    private boolean maySend() {
        return client.hasConnection() && !waiting.isEmpty() && inFlight.size() < receiveMaximum;
    }

    private void sendWaiting() {
        List<Packet> next = new ArrayList<>();
        while (maySend()) {
            ApplicationMessage message = waiting.remove();
            do {
                lastIdentifier = lastIdentifier % MOST_IN_FLIGHT + 1;
            } while (inFlight.containsKey(lastIdentifier));
            inFlight.put(lastIdentifier, new InFlight(message));
            next.add(publish(lastIdentifier, message, false));
        }
        if (!next.isEmpty()) {
            client.sends(next.toArray(Packet[]::new));
        }
    }

    private Publish publish(int identifier, ApplicationMessage message, boolean dup) {
        if (dup) {
            sentAgain.add(message.payload().asUtf8());
        }
        inOrderOf(message.qos()).add(identifier);
        return new Publish(message, identifier, dup, Publish.NO_TOPIC_ALIAS, identifiers(message));
    }

    private List<Integer> identifiers(ApplicationMessage message) {
        List<Integer> identifiers = new ArrayList<>();
        subscriptions.forEach((filter, identifier) -> {
            if (identifier != null && TopicFilter.of(filter).matches(message.topicName())) {
                identifiers.add(identifier);
            }
        });
        return identifiers;
    }

    private @Nullable Packet answer(Packet packet) {
        if (packet instanceof Connect connect) {
            receiveMaximum = connect.receiveMaximum() == null ? MOST_IN_FLIGHT : connect.receiveMaximum();
        } else if (packet instanceof Subscribe subscribe) {
            List<ReasonCode> granted = new ArrayList<>();
            for (TopicSubscription each : subscribe.subscriptions()) {
                subscriptions.put(each.topicFilter().toString(), subscribe.subscriptionIdentifier());
                granted.add(ReasonCode.GRANTED_QOS_2);
            }
            return new SubAck(subscribe.packetIdentifier(), granted);
        } else if (packet instanceof Unsubscribe unsubscribe) {
            unsubscribe.topicFilters().forEach(filter -> subscriptions.remove(filter.toString()));
            unsubscribed += unsubscribe.topicFilters().size();
            return new UnsubAck(
                    unsubscribe.packetIdentifier(),
                    unsubscribe.topicFilters().stream()
                            .map(filter -> ReasonCode.SUCCESS)
                            .toList());
        } else if (packet instanceof PubAck pubAck) {
            acknowledged(pubAck.packetIdentifier(), Qos.AT_LEAST_ONCE);
            inFlight.remove(pubAck.packetIdentifier());
        } else if (packet instanceof PubRec pubRec) {
            acknowledged(pubRec.packetIdentifier(), Qos.EXACTLY_ONCE);
            return new PubRel(pubRec.packetIdentifier(), ReasonCode.SUCCESS);
        } else if (packet instanceof PubComp pubComp) {
            inFlight.remove(pubComp.packetIdentifier());
        } else if (packet instanceof Publish publish && publish.packetIdentifier() > 0) {
            return new PubAck(publish.packetIdentifier(), ReasonCode.SUCCESS);
        }
        return null;
    }

    private void acknowledged(int identifier, Qos qos) {
        InFlight message = Objects.requireNonNull(inFlight.get(identifier), "an acknowledgement of nothing");
        assertThat(identifier)
                .as("acknowledged, in order")
                .isEqualTo(inOrderOf(qos).poll());
        onAcknowledged.accept(message.message);
        message.received = true;
    }

    private Deque<Integer> inOrderOf(Qos qos) {
        return Objects.requireNonNull(inOrder.get(qos), "QoS 0 is not acknowledged");
    }
}
