package io.reactivemqtt.store;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import io.reactivemqtt.store.SessionChange.ReceiptWanted;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Session States that a store may hold, by chance. */
public final class StoredStates {

    /** No message was accepted later than this. */
    public static final long NOW_MILLIS = 1_800_000_000_000L;

    private StoredStates() {}

    /** Returns the live changes of a state; the same for the same {@code seed}. */
    public static List<SessionChange> of(long seed) {
        Random random = new Random(seed);
        SessionState state = new SessionState();
        state.apply(new SequencesReserved(10_000));
        state.apply(
                random.nextBoolean()
                        ? new ConnectionBegun()
                        : new ConnectionEnded(NOW_MILLIS - random.nextInt(1000), 1 + random.nextInt(1000)));
        for (int i = random.nextInt(4); i > 0; i--) {
            state.apply(subscription(random));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            state.apply(new IncomingProcessed(1 + random.nextInt(65_535)));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            state.apply(receipt(1 + i * 3L, random)); // no message has such a sequence
        }
        outgoing(random).forEach(state::apply);
        return state.changes();
    }

    private static SubscriptionAdded subscription(Random random) {
        return new SubscriptionAdded(
                TopicSubscription.of(TopicFilter.of("filter/" + random.nextInt(3) + "/+"), pick(random, Qos.values()))
                        .withNoLocal(random.nextBoolean())
                        .withRetainAsPublished(random.nextBoolean())
                        .withRetainHandling(pick(random, RetainHandling.values())),
                random.nextInt(3));
    }

    private static ReceiptKept receipt(long sequence, Random random) {
        ReceiptKept.Outcome outcome = pick(random, ReceiptKept.Outcome.values());
        ReasonCode reasonCode =
                switch (outcome) {
                    case ACKNOWLEDGED -> random.nextBoolean() ? ReasonCode.SUCCESS : ReasonCode.NO_MATCHING_SUBSCRIBERS;
                    default -> ReasonCode.QUOTA_EXCEEDED;
                };
        return new ReceiptKept(
                sequence,
                reference(random),
                ApplicationMessage.to("done/" + sequence)
                        .qos(random.nextBoolean() ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE)
                        .retain(random.nextBoolean())
                        .payload(Payload.EMPTY)
                        .build(),
                outcome,
                reasonCode,
                random.nextBoolean(),
                random.nextBoolean() ? "words" : null);
    }

    private static @Nullable String reference(Random random) {
        return random.nextBoolean() ? "order \u00E9 " + random.nextInt(100) : null;
    }

    private static <T> T pick(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    /** First what is in flight, then what waits, as it comes about. */
    private static List<SessionChange> outgoing(Random random) {
        List<SessionChange> changes = new ArrayList<>();
        List<Long> releasable = new ArrayList<>();
        int count = random.nextInt(8);
        int inFlight = random.nextInt(count + 1);
        for (int i = 1; i <= count; i++) {
            long sequence = i * 3L;
            Qos qos = random.nextBoolean() ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE;
            if (random.nextInt(3) == 0) {
                changes.add(new ReceiptWanted(sequence, reference(random)));
            }
            changes.add(new OutgoingAccepted(sequence, message(i, qos, random), NOW_MILLIS - random.nextInt(1000)));
            if (i <= inFlight) {
                changes.add(new OutgoingAssigned(sequence, i * 7));
                if (qos == Qos.EXACTLY_ONCE) {
                    releasable.add(sequence);
                }
            }
        }
        while (!releasable.isEmpty() && random.nextBoolean()) {
            changes.add(new OutgoingReleased(releasable.remove(random.nextInt(releasable.size()))));
        }
        return changes;
    }

    private static ApplicationMessage message(int number, Qos qos, Random random) {
        ApplicationMessage.Builder message = ApplicationMessage.to("topic/" + number)
                .qos(qos)
                .retain(random.nextBoolean())
                .text("payload " + number);
        if (random.nextBoolean()) {
            message.messageExpiryInterval(Duration.ofHours(1)).userProperty("a", "b");
        }
        return message.build();
    }
}
