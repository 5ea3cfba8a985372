package io.reactivemqtt.testkit.store;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.OutgoingUnassigned;
import io.reactivemqtt.store.SessionChange.ReceiptAcknowledged;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import io.reactivemqtt.store.SessionState;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Appends that a client may make, at random; the same ones for the same seed. */
final class RandomHistory {

    private final Random random;
    private final SessionState state = new SessionState();
    private final List<Long> queued = new ArrayList<>();
    private final List<Long> inFlight = new ArrayList<>();
    private final List<Long> released = new ArrayList<>();
    private final List<Long> receipts = new ArrayList<>();
    private long lastSequence;

    RandomHistory(long seed) {
        random = new Random(seed);
    }

    /** Returns the next append, of 1 to 8 changes. */
    List<SessionChange> next() {
        List<SessionChange> changes = new ArrayList<>();
        int count = 1 + random.nextInt(8);
        while (changes.size() < count) {
            SessionChange change =
                    switch (random.nextInt(9)) {
                        case 0, 1, 2 -> rare();
                        case 3 -> receipt();
                        default -> outgoing();
                    };
            changes.add(change);
            state.apply(change);
        }
        return changes;
    }

    /** Returns what all appends until now leave. */
    List<SessionChange> left() {
        return state.changes();
    }

    private SessionChange outgoing() {
        int kind = random.nextInt(10);
        if (kind < 4) {
            lastSequence += 1 + random.nextInt(3);
            queued.add(lastSequence);
            return Changes.accepted(lastSequence, message());
        } else if (kind < 6 && !queued.isEmpty()) {
            long sequence = queued.remove(0);
            inFlight.add(sequence);
            return Changes.assigned(sequence, (int) (sequence % 65_535) + 1);
        } else if (kind == 6 && !inFlight.isEmpty()) {
            long sequence = takeAny(inFlight);
            queued.add(0, sequence);
            return new OutgoingUnassigned(sequence);
        } else if (kind == 7 && !inFlight.isEmpty()) {
            long sequence = takeAny(inFlight);
            released.add(sequence);
            return Changes.released(sequence);
        }
        return complete();
    }

    private SessionChange complete() {
        for (List<Long> candidates : List.of(released, inFlight, queued)) {
            if (!candidates.isEmpty() && random.nextBoolean()) {
                long sequence = takeAny(candidates);
                if (random.nextInt(3) > 0) {
                    return new OutgoingCompleted(sequence);
                }
                receipts.add(sequence);
                return Changes.kept(sequence, random.nextBoolean() ? "reference " + sequence : null);
            }
        }
        return new OutgoingCompleted(lastSequence + 1_000_000); // of nothing
    }

    /** Also before messages that are never accepted, and of some that are. */
    private SessionChange receipt() {
        if (!receipts.isEmpty() && random.nextInt(4) > 0) {
            return new ReceiptAcknowledged(takeAny(receipts));
        }
        return Changes.wanted(lastSequence + random.nextInt(3));
    }

    private long takeAny(List<Long> sequences) {
        return sequences.remove(random.nextInt(sequences.size()));
    }

    private SessionChange rare() {
        int number = 1 + random.nextInt(6);
        return switch (random.nextInt(16)) {
            case 0, 1, 2 -> Changes.received(number);
            case 3, 4 -> new IncomingReleased(number);
            case 5, 6, 7 ->
                Changes.added("filter/" + number, random.nextBoolean() ? Qos.AT_MOST_ONCE : Qos.EXACTLY_ONCE);
            case 8, 9 -> Changes.removed("filter/" + number);
            case 10, 11 -> new ConnectionBegun();
            case 12, 13 -> new ConnectionEnded(random.nextInt(1_000), number);
            case 14 -> new SequencesReserved(lastSequence + 100);
            default -> random.nextInt(4) == 0 ? discarded() : new ConnectionBegun();
        };
    }

    private SessionChange discarded() {
        queued.clear();
        inFlight.clear();
        released.clear();
        return new SessionDiscarded();
    }

    private ApplicationMessage message() {
        byte[] payload = new byte[random.nextInt(40)];
        random.nextBytes(payload);
        return ApplicationMessage.to("random/" + random.nextInt(100))
                .payload(Payload.of(payload))
                .qos(random.nextBoolean() ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE)
                .retain(random.nextBoolean())
                .userProperty("number", Integer.toString(random.nextInt()))
                .build();
    }
}
