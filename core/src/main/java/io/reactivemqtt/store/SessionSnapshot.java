package io.reactivemqtt.store;

import static io.reactivemqtt.SnapshotRefusedException.Refusal.DAMAGED;
import static io.reactivemqtt.SnapshotRefusedException.Refusal.OTHER_VERSION;

import io.reactivemqtt.Qos;
import io.reactivemqtt.SnapshotRefusedException;
import io.reactivemqtt.Subscription;
import io.reactivemqtt.Subscription.RetainHandling;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.IncomingReceived;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Session State of one client at one moment, and its form as text: JSON with a version and a checksum. Messages stand in it
 * in their {@linkplain StoredMessage stored form}, in Base64.
 *
 * @param clientIdentifier whose
 * @param changes what is live, as {@link SessionLog#recover} emits it
 */
public record SessionSnapshot(String clientIdentifier, List<SessionChange> changes) {

    private static final String FORMAT = "reactive-mqtt-session";
    private static final int VERSION = 1;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE) // a message may have 256 MiB
                            .maxNestingDepth(8)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Copies the list. */
    public SessionSnapshot {
        changes = List.copyOf(changes);
    }

    // ---- to text

    /** Returns this as text. */
    public String toJson() {
        ObjectNode session = MAPPER.createObjectNode();
        session.put("clientIdentifier", clientIdentifier);
        session.putNull("connection");
        ArrayNode subscriptions = session.putArray("subscriptions");
        ArrayNode incoming = session.putArray("incoming");
        ArrayNode outgoing = session.putArray("outgoing");
        for (SessionChange change : changes) {
            if (change instanceof SequencesReserved reserved) {
                session.put("sequencesUpTo", reserved.upTo());
            } else if (change instanceof ConnectionBegun) {
                session.putObject("connection");
            } else if (change instanceof ConnectionEnded ended) {
                session.putObject("connection")
                        .put("endedAtMillis", ended.atMillis())
                        .put("sessionExpiryIntervalSeconds", ended.sessionExpiryIntervalSeconds());
            } else if (change instanceof SubscriptionAdded added) {
                write(added, subscriptions.addObject());
            } else if (change instanceof IncomingReceived received) {
                incoming.add(received.packetIdentifier());
            } else if (change instanceof OutgoingAccepted accepted) {
                outgoing.addObject()
                        .put("sequence", accepted.sequence())
                        .put("acceptedAtMillis", accepted.acceptedAtMillis())
                        .put("publish", Base64.getEncoder().encodeToString(StoredMessage.toBytes(accepted.message())));
            } else if (change instanceof OutgoingAssigned assigned) {
                last(outgoing).put("packetIdentifier", assigned.packetIdentifier());
            } else if (change instanceof OutgoingReleased) {
                last(outgoing).put("released", true);
            } else {
                throw new IllegalStateException("nothing that is live: " + change);
            }
        }
        return MAPPER.createObjectNode()
                .put("format", FORMAT)
                .put("version", VERSION)
                .put("sha256", sha256(session))
                .set("session", session)
                .toString();
    }

    private static void write(SubscriptionAdded added, ObjectNode target) {
        Subscription subscription = added.subscription();
        target.put("topicFilter", subscription.topicFilter().toString())
                .put("qos", subscription.qos().level())
                .put("noLocal", subscription.noLocal())
                .put("retainAsPublished", subscription.retainAsPublished())
                .put("retainHandling", subscription.retainHandling().name())
                .put("subscriptionIdentifier", added.subscriptionIdentifier());
    }

    private static ObjectNode last(ArrayNode array) {
        return (ObjectNode) array.get(array.size() - 1);
    }

    private static String sha256(JsonNode node) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(node.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) { // every Java platform has it
            throw new IllegalStateException(impossible);
        }
    }

    // ---- from text

    /**
     * Returns what {@link #toJson} made.
     *
     * @throws SnapshotRefusedException if {@code json} is damaged, or of another version
     */
    public static SessionSnapshot fromJson(String json) {
        try {
            JsonNode document = MAPPER.readTree(json);
            if (!FORMAT.equals(document.path("format").asString(""))) {
                throw new IllegalArgumentException("it is no saved session");
            }
            int version = document.path("version").asInt(0);
            if (version != VERSION) {
                throw new SnapshotRefusedException(
                        OTHER_VERSION,
                        "the saved session is of version " + version + ", and this library knows version " + VERSION,
                        null);
            }
            JsonNode session = document.path("session");
            if (!sha256(session).equals(document.path("sha256").asString(""))) {
                throw new IllegalArgumentException("its checksum is wrong");
            }
            return read(session);
        } catch (JacksonException | IllegalArgumentException damage) {
            throw new SnapshotRefusedException(DAMAGED, "the saved session is damaged: " + reason(damage), damage);
        }
    }

    /** Jackson's words quote the text, and payloads may stand there. */
    private static @Nullable String reason(RuntimeException damage) {
        return damage instanceof JacksonException ? "it cannot be read as JSON" : damage.getMessage();
    }

    private static SessionSnapshot read(JsonNode session) {
        List<SessionChange> changes = new ArrayList<>();
        if (session.has("sequencesUpTo")) {
            changes.add(new SequencesReserved(number(session, "sequencesUpTo")));
        }
        JsonNode connection = session.path("connection");
        if (connection.has("endedAtMillis")) {
            changes.add(new ConnectionEnded(
                    number(connection, "endedAtMillis"), number(connection, "sessionExpiryIntervalSeconds")));
        } else if (connection.isObject()) {
            changes.add(new ConnectionBegun());
        }
        for (JsonNode added : session.path("subscriptions")) {
            changes.add(subscription(added));
        }
        for (JsonNode received : session.path("incoming")) {
            changes.add(new IncomingReceived(identifier(received)));
        }
        for (JsonNode message : session.path("outgoing")) {
            long sequence = number(message, "sequence");
            changes.add(new OutgoingAccepted(
                    sequence,
                    StoredMessage.fromBytes(Base64.getDecoder().decode(text(message, "publish"))),
                    number(message, "acceptedAtMillis")));
            if (message.has("packetIdentifier")) {
                changes.add(new OutgoingAssigned(sequence, identifier(message.path("packetIdentifier"))));
            }
            if (message.path("released").asBoolean(false)) {
                changes.add(new OutgoingReleased(sequence));
            }
        }
        return new SessionSnapshot(text(session, "clientIdentifier"), changes);
    }

    private static SubscriptionAdded subscription(JsonNode added) {
        return new SubscriptionAdded(
                new Subscription(
                        TopicFilter.of(text(added, "topicFilter")),
                        qos(number(added, "qos")),
                        added.path("noLocal").asBoolean(false),
                        added.path("retainAsPublished").asBoolean(false),
                        RetainHandling.valueOf(text(added, "retainHandling"))),
                (int) number(added, "subscriptionIdentifier"));
    }

    private static Qos qos(long level) {
        for (Qos qos : Qos.values()) {
            if (qos.level() == level) {
                return qos;
            }
        }
        throw new IllegalArgumentException("there is no QoS " + level);
    }

    private static int identifier(JsonNode node) {
        int identifier = node.asInt(0);
        if (identifier < 1 || identifier > 65_535) {
            throw new IllegalArgumentException("a Packet Identifier is 1 to 65,535");
        }
        return identifier;
    }

    private static long number(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isIntegralNumber()) {
            throw new IllegalArgumentException("\"" + field + "\" is no whole number");
        }
        return value.asLong();
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isString()) {
            throw new IllegalArgumentException("\"" + field + "\" is no text");
        }
        return value.asString();
    }

    /** Tells no content: neither payloads nor topics. */
    @Override
    public String toString() {
        return "SessionSnapshot[" + clientIdentifier + ", " + changes.size() + " changes]";
    }
}
