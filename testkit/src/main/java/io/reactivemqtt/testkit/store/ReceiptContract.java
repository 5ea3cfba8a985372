package io.reactivemqtt.testkit.store;

import static io.reactivemqtt.testkit.store.Changes.accepted;
import static io.reactivemqtt.testkit.store.Changes.added;
import static io.reactivemqtt.testkit.store.Changes.assigned;
import static io.reactivemqtt.testkit.store.Changes.kept;
import static io.reactivemqtt.testkit.store.Changes.received;
import static io.reactivemqtt.testkit.store.Changes.released;
import static io.reactivemqtt.testkit.store.Changes.wanted;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.ReceiptAcknowledged;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import io.reactivemqtt.store.SessionChange.ReceiptWanted;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What became of a message is there in its place, until it is acknowledged. */
public interface ReceiptContract extends StoreUnderTest {

    @Test
    default void wishForAReceiptIsKeptWithItsMessage(StoreBench bench) {
        bench.assertLeft(
                List.of(wanted(1), new ReceiptWanted(2, null), accepted(1), assigned(1, 1), accepted(2)),
                wanted(1),
                accepted(1),
                assigned(1, 1),
                new ReceiptWanted(2, null),
                accepted(2));
    }

    @Test
    default void receiptTakesThePlaceOfAMessageInFlight(StoreBench bench) {
        bench.assertLeft(
                List.of(kept(1), wanted(2), accepted(2)),
                wanted(1),
                accepted(1),
                assigned(1, 1),
                wanted(2),
                accepted(2),
                kept(1));
    }

    @Test
    default void receiptTakesThePlaceOfAReleasedMessage(StoreBench bench) {
        bench.assertLeft(List.of(kept(1)), wanted(1), accepted(1), assigned(1, 1), released(1), kept(1));
    }

    @Test
    default void receiptTakesThePlaceOfAMessageThatWaits(StoreBench bench) {
        bench.assertLeft(List.of(kept(1), accepted(2)), wanted(1), accepted(1), accepted(2), kept(1));
    }

    @Test
    default void receiptsAreRecoveredBySequence(StoreBench bench) {
        bench.assertLeft(
                List.of(kept(2), kept(9), wanted(10), kept(100), accepted(10)),
                wanted(10),
                accepted(10),
                kept(100),
                kept(9),
                kept(2));
    }

    @Test
    default void acknowledgedReceiptIsGone(StoreBench bench) {
        bench.assertLeft(
                List.of(kept(1), kept(3)),
                kept(1),
                kept(2),
                kept(3),
                new ReceiptAcknowledged(2),
                new ReceiptAcknowledged(2),
                new ReceiptAcknowledged(77));
    }

    @Test
    default void wishThatIsAcknowledgedIsGone(StoreBench bench) {
        bench.assertLeft(List.of(), wanted(1), accepted(1), new OutgoingCompleted(1), new ReceiptAcknowledged(1));
    }

    @Test
    default void latestReceiptHolds(StoreBench bench) {
        bench.assertLeft(List.of(kept(1, "second")), kept(1, "first"), kept(1, "second"));
    }

    @Test
    default void completedMessageLeavesTheReceiptsOfOthers(StoreBench bench) {
        bench.assertLeft(List.of(kept(1), kept(2)), kept(1), kept(2), accepted(3), new OutgoingCompleted(3));
    }

    @Test
    default void receiptOutlivesTheSession(StoreBench bench) {
        bench.assertLeft(
                List.of(new SequencesReserved(1_000), kept(1)),
                new SequencesReserved(1_000),
                new ConnectionBegun(),
                wanted(1),
                accepted(1),
                wanted(2),
                accepted(2),
                kept(1),
                new SessionDiscarded());
    }

    @Test
    default void receiptsAreRecoveredBehindIncomingIdentifiersAndBeforeMessages(StoreBench bench) {
        bench.assertLeft(
                List.of(
                        new SequencesReserved(10),
                        new ConnectionBegun(),
                        added("a", Qos.AT_LEAST_ONCE),
                        received(3),
                        kept(1),
                        accepted(2),
                        assigned(2, 2),
                        released(2),
                        accepted(3)),
                kept(1),
                accepted(2),
                accepted(3),
                assigned(2, 2),
                released(2),
                received(3),
                added("a", Qos.AT_LEAST_ONCE),
                new ConnectionBegun(),
                new SequencesReserved(10));
    }

    @Test
    default void referencesAreKept(StoreBench bench) {
        List<SessionChange> receipts = new ArrayList<>();
        receipts.add(kept(1, null));
        receipts.add(kept(2, "r".repeat(ReceiptWanted.LONGEST_REFERENCE)));
        receipts.add(kept(3, " order '7'; \u00FC \uD83D\uDE00\n"));
        receipts.add(new ReceiptWanted(4, "\uFFFD".repeat(300)));
        receipts.add(new ReceiptWanted(5, null));
        bench.assertKept(receipts);
    }

    @Test
    default void everyOutcomeIsKept(StoreBench bench) {
        List<SessionChange> receipts = new ArrayList<>();
        for (ReceiptKept.Outcome outcome : ReceiptKept.Outcome.values()) {
            boolean acknowledged = outcome == ReceiptKept.Outcome.ACKNOWLEDGED;
            receipts.add(new ReceiptKept(
                    receipts.size() + 1,
                    "r",
                    ApplicationMessage.to("some/topic")
                            .payload(Payload.EMPTY)
                            .qos(acknowledged ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE)
                            .retain(acknowledged)
                            .build(),
                    outcome,
                    acknowledged ? ReasonCode.NO_MATCHING_SUBSCRIBERS : ReasonCode.NOT_AUTHORIZED,
                    acknowledged,
                    acknowledged ? null : "why \u00FC".repeat(100)));
        }
        bench.assertKept(receipts);
    }
}
