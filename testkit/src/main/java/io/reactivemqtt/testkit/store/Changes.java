package io.reactivemqtt.testkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import io.reactivemqtt.store.SessionChange.ReceiptWanted;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import io.reactivemqtt.store.SessionChange.SubscriptionRemoved;
import io.reactivemqtt.store.SessionState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Changes for tests, and how they are compared. */
final class Changes {

    private Changes() {}

    static OutgoingAccepted accepted(long sequence) {
        return accepted(sequence, ApplicationMessage.of("a/" + sequence, "payload " + sequence, Qos.EXACTLY_ONCE));
    }

    static OutgoingAccepted accepted(long sequence, ApplicationMessage message) {
        return new OutgoingAccepted(sequence, message, 1_700_000_000_000L + sequence % 1_000);
    }

    static OutgoingAssigned assigned(long sequence, int packetIdentifier) {
        return new OutgoingAssigned(sequence, packetIdentifier);
    }

    static OutgoingReleased released(long sequence) {
        return new OutgoingReleased(sequence);
    }

    static ReceiptWanted wanted(long sequence) {
        return new ReceiptWanted(sequence, "order " + sequence);
    }

    static ReceiptKept kept(long sequence) {
        return kept(sequence, "order " + sequence);
    }

    static ReceiptKept kept(long sequence, @Nullable String reference) {
        return new ReceiptKept(
                sequence,
                reference,
                ApplicationMessage.of("a/" + sequence, "", Qos.EXACTLY_ONCE),
                ReceiptKept.Outcome.ACKNOWLEDGED,
                ReasonCode.SUCCESS,
                false,
                null);
    }

    static IncomingProcessed received(int packetIdentifier) {
        return new IncomingProcessed(packetIdentifier);
    }

    static SubscriptionAdded added(String topicFilter, Qos qos) {
        return new SubscriptionAdded(TopicSubscription.of(topicFilter, qos), 0);
    }

    static SubscriptionRemoved removed(String topicFilter) {
        return new SubscriptionRemoved(TopicFilter.of(topicFilter));
    }

    /** Returns {@link IncomingProcessed} of the identifiers {@code from} to {@code to}, both included. */
    static List<SessionChange> received(int from, int to) {
        List<SessionChange> changes = new ArrayList<>();
        for (int packetIdentifier = from; packetIdentifier <= to; packetIdentifier++) {
            changes.add(received(packetIdentifier));
        }
        return changes;
    }

    /** Returns what {@link SessionState} leaves of {@code changes}. */
    static List<SessionChange> leftOf(Collection<? extends SessionChange> changes) {
        SessionState state = new SessionState();
        changes.forEach(state::apply);
        return state.changes();
    }

    /** Asserts that two recoveries are the same, but for payloads that recovery may leave out. */
    static void assertSame(String what, List<SessionChange> expected, List<SessionChange> actual) {
        Set<Long> released = sequencesReleasedIn(expected);
        for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
            if (!same(expected.get(i), actual.get(i), released)) {
                fail(what + ": change " + i + " should be " + describe(expected.get(i)) + ", but is "
                        + describe(actual.get(i)));
            }
        }
        assertEquals(
                expected.size(),
                actual.size(),
                () -> what + ": the number of changes; "
                        + (expected.size() > actual.size()
                                ? "missing: " + describe(expected.get(actual.size()))
                                : "too much: " + describe(actual.get(expected.size()))));
    }

    private static Set<Long> sequencesReleasedIn(List<SessionChange> changes) {
        Set<Long> released = new HashSet<>();
        for (SessionChange change : changes) {
            if (change instanceof OutgoingReleased release) {
                released.add(release.sequence());
            }
        }
        return released;
    }

    private static boolean same(SessionChange expected, SessionChange actual, Set<Long> released) {
        return expected.equals(actual)
                || (expected instanceof OutgoingAccepted accepted
                        && released.contains(accepted.sequence())
                        && withoutPayload(accepted).equals(actual));
    }

    private static OutgoingAccepted withoutPayload(OutgoingAccepted accepted) {
        ApplicationMessage message = accepted.message();
        return new OutgoingAccepted(
                accepted.sequence(),
                ApplicationMessage.of(
                        message.topicName(), Payload.EMPTY, message.qos(), message.retain(), message.properties()),
                accepted.acceptedAtMillis());
    }

    /** With what the message's own {@code toString} keeps out of logs; in tests it is made up. */
    private static String describe(SessionChange change) {
        if (change instanceof OutgoingAccepted accepted) {
            ApplicationMessage message = accepted.message();
            byte[] payload = message.payload().toByteArray();
            return shortened(
                    change + " with payload of hash " + Arrays.hashCode(payload) + " and " + message.properties());
        }
        return shortened(change.toString());
    }

    private static String shortened(String text) {
        return text.length() <= 1_000 ? text : text.substring(0, 1_000) + "...";
    }
}
