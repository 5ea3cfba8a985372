package io.reactivemqtt.store;

import static io.reactivemqtt.exception.SnapshotRefusedException.Refusal.DAMAGED;
import static io.reactivemqtt.exception.SnapshotRefusedException.Refusal.OTHER_VERSION;

import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import io.reactivemqtt.exception.SnapshotRefusedException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import io.reactivemqtt.store.SessionChange.ReceiptWanted;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Session State of one client at one moment, and its form as text: JSON with a version and a checksum. Messages stand in it
 * in their {@linkplain StoredMessage stored form}, in Base64.
 *
 * @param clientIdentifier whose
 * @param changes what is live, as {@link SessionLog#recover} emits it
 */
public record SessionSnapshot(String clientIdentifier, List<SessionChange> changes) {

    private static final String FORMAT = "reactive-mqtt-session";
    /** Since version 2 there may be receipts. */
    private static final int VERSION = 2;

    /** Copies the list. */
    public SessionSnapshot {
        changes = List.copyOf(changes);
    }

    // ---- to text

    /** Returns this as text. */
    public String toJson() {
        Map<String, @Nullable Object> session = new LinkedHashMap<>();
        SessionWriter writer = new SessionWriter(session);
        session.put("clientIdentifier", clientIdentifier);
        session.put("connection", null);
        session.put("subscriptions", writer.subscriptions);
        session.put("incoming", writer.incoming);
        session.put("outgoing", writer.outgoing);
        changes.forEach(change -> change.handle(writer));
        if (!writer.receipts.isEmpty()) { // only then is an earlier release unable to read it
            session.put("receipts", writer.receipts);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("format", FORMAT);
        document.put("version", writer.receipts.isEmpty() ? 1 : VERSION);
        document.put("sha256", sha256(session));
        document.put("session", session);
        return Json.write(document);
    }

    /** Writes change after change into the parts of a session's object; each method returns the part that it changed. */
    private static final class SessionWriter implements SessionChange.RecoveryHandler<Object> {
        final Map<String, @Nullable Object> session;
        final List<Object> subscriptions = new ArrayList<>();
        final List<Object> incoming = new ArrayList<>();
        final List<Map<String, Object>> outgoing = new ArrayList<>();
        final List<Object> receipts = new ArrayList<>(); // in their stored form, in Base64

        SessionWriter(Map<String, @Nullable Object> session) {
            this.session = session;
        }

        private Object put(String name, Object value) {
            session.put(name, value);
            return session;
        }

        @Override
        public Object sequencesReserved(SequencesReserved change) {
            return put("sequencesUpTo", change.upTo());
        }

        @Override
        public Object connectionBegun(ConnectionBegun change) {
            return put("connection", Map.of());
        }

        @Override
        public Object connectionEnded(ConnectionEnded change) {
            return put("connection", toMap(change));
        }

        @Override
        public Object subscriptionAdded(SubscriptionAdded change) {
            subscriptions.add(toMap(change));
            return subscriptions;
        }

        @Override
        public Object incomingProcessed(IncomingProcessed change) {
            incoming.add(change.packetIdentifier());
            return incoming;
        }

        @Override
        public Object outgoingAccepted(OutgoingAccepted change) {
            outgoing.add(toMap(change));
            return outgoing;
        }

        @Override
        public Object receiptWanted(ReceiptWanted change) {
            return addReceipt(change);
        }

        @Override
        public Object receiptKept(ReceiptKept change) {
            return addReceipt(change);
        }

        private Object addReceipt(SessionChange receipt) {
            receipts.add(Base64.getEncoder().encodeToString(StoredChange.toBytes(receipt)));
            return receipts;
        }

        @Override
        public Object outgoingAssigned(OutgoingAssigned change) {
            return putLast("packetIdentifier", change.packetIdentifier());
        }

        @Override
        public Object outgoingReleased(OutgoingReleased change) {
            return putLast("released", true);
        }

        private Object putLast(String name, Object value) {
            Map<String, Object> last = outgoing.get(outgoing.size() - 1);
            last.put(name, value);
            return last;
        }

        @Override
        public Object entryUnreadable(EntryUnreadable change) {
            throw new IllegalStateException("nothing that is live: " + change);
        }
    }

    private static Map<String, Object> toMap(ConnectionEnded ended) {
        Map<String, Object> target = new LinkedHashMap<>();
        target.put("endedAtMillis", ended.atMillis());
        target.put("sessionExpiryIntervalSeconds", ended.sessionExpiryIntervalSeconds());
        return target;
    }

    private static Map<String, Object> toMap(SubscriptionAdded added) {
        TopicSubscription subscription = added.subscription();
        Map<String, Object> target = new LinkedHashMap<>();
        target.put("topicFilter", subscription.topicFilter().toString());
        target.put("qos", subscription.qos().level());
        target.put("noLocal", subscription.noLocal());
        target.put("retainAsPublished", subscription.retainAsPublished());
        target.put("retainHandling", subscription.retainHandling().name());
        target.put("subscriptionIdentifier", added.subscriptionIdentifier());
        return target;
    }

    private static Map<String, Object> toMap(OutgoingAccepted accepted) {
        Map<String, Object> target = new LinkedHashMap<>();
        target.put("sequence", accepted.sequence());
        target.put("acceptedAtMillis", accepted.acceptedAtMillis());
        target.put("publish", Base64.getEncoder().encodeToString(StoredMessage.toBytes(accepted.message())));
        return target;
    }

    private static String sha256(@Nullable Object session) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(Json.write(session).getBytes(StandardCharsets.UTF_8)));
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
            Map<?, ?> document = object(Json.read(json));
            if (!FORMAT.equals(document.get("format"))) {
                throw new IllegalArgumentException("it is no saved session");
            }
            long version = document.get("version") instanceof Long number ? number : 0;
            if (version < 1 || version > VERSION) {
                throw new SnapshotRefusedException(
                        OTHER_VERSION,
                        "the saved session is of version " + version + ", and this library knows up to " + VERSION,
                        null);
            }
            Map<?, ?> session = object(document.get("session"));
            if (!sha256(session).equals(document.get("sha256"))) {
                throw new IllegalArgumentException("its checksum is wrong");
            }
            return read(session);
        } catch (StoreException newer) { // a receipt of a later form, behind a version that is known
            throw new SnapshotRefusedException(OTHER_VERSION, "the saved session: " + newer.getMessage(), newer);
        } catch (IllegalArgumentException damage) {
            throw new SnapshotRefusedException(DAMAGED, "the saved session is damaged: " + damage.getMessage(), damage);
        }
    }

    private static SessionSnapshot read(Map<?, ?> session) {
        List<SessionChange> changes = new ArrayList<>();
        if (session.containsKey("sequencesUpTo")) {
            changes.add(new SequencesReserved(number(session, "sequencesUpTo")));
        }
        if (session.get("connection") instanceof Map<?, ?> connection) {
            changes.add(
                    connection.containsKey("endedAtMillis")
                            ? new ConnectionEnded(
                                    number(connection, "endedAtMillis"),
                                    number(connection, "sessionExpiryIntervalSeconds"))
                            : new ConnectionBegun());
        }
        for (Object added : list(session, "subscriptions")) {
            changes.add(subscription(object(added)));
        }
        for (Object received : list(session, "incoming")) {
            changes.add(new IncomingProcessed(identifier(received)));
        }
        for (Object each : list(session, "receipts")) {
            changes.add(receipt(each));
        }
        for (Object each : list(session, "outgoing")) {
            Map<?, ?> message = object(each);
            long sequence = number(message, "sequence");
            changes.add(new OutgoingAccepted(
                    sequence,
                    StoredMessage.fromBytes(Base64.getDecoder().decode(text(message, "publish"))),
                    number(message, "acceptedAtMillis")));
            if (message.containsKey("packetIdentifier")) {
                changes.add(new OutgoingAssigned(sequence, identifier(message.get("packetIdentifier"))));
            }
            if (isTrue(message, "released")) {
                changes.add(new OutgoingReleased(sequence));
            }
        }
        return new SessionSnapshot(text(session, "clientIdentifier"), changes);
    }

    private static SessionChange receipt(@Nullable Object stored) {
        if (stored instanceof String text) {
            SessionChange receipt = StoredChange.fromBytes(Base64.getDecoder().decode(text));
            if (receipt instanceof ReceiptWanted || receipt instanceof ReceiptKept) {
                return receipt;
            }
        }
        throw new IllegalArgumentException("it is no receipt");
    }

    private static SubscriptionAdded subscription(Map<?, ?> added) {
        return new SubscriptionAdded(
                TopicSubscription.of(TopicFilter.of(text(added, "topicFilter")), qos(number(added, "qos")))
                        .withNoLocal(isTrue(added, "noLocal"))
                        .withRetainAsPublished(isTrue(added, "retainAsPublished"))
                        .withRetainHandling(RetainHandling.valueOf(text(added, "retainHandling"))),
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

    private static int identifier(@Nullable Object value) {
        if (value instanceof Long identifier && identifier >= 1 && identifier <= 65_535) {
            return identifier.intValue();
        }
        throw new IllegalArgumentException("a Packet Identifier is 1 to 65,535");
    }

    private static Map<?, ?> object(@Nullable Object value) {
        if (value instanceof Map<?, ?> object) {
            return object;
        }
        throw new IllegalArgumentException("it is no saved session");
    }

    private static List<?> list(Map<?, ?> object, String name) {
        return object.get(name) instanceof List<?> list ? list : List.of();
    }

    private static boolean isTrue(Map<?, ?> object, String name) {
        return Boolean.TRUE.equals(object.get(name));
    }

    private static long number(Map<?, ?> object, String name) {
        if (object.get(name) instanceof Long number) {
            return number;
        }
        throw new IllegalArgumentException("\"" + name + "\" is not a whole number");
    }

    private static String text(Map<?, ?> object, String name) {
        if (object.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("\"" + name + "\" is no text");
    }

    /** Tells no content: neither payloads nor topics. */
    @Override
    public String toString() {
        return "SessionSnapshot[" + clientIdentifier + ", " + changes.size() + " changes]";
    }
}
