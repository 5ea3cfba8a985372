package io.reactivemqtt.session;

import static io.reactivemqtt.Qos.AT_LEAST_ONCE;
import static io.reactivemqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.MessageExpiredException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.NotSentException;
import io.reactivemqtt.exception.OutcomeUnknownException;
import io.reactivemqtt.exception.QueueFullException;
import io.reactivemqtt.exception.RequestRefusedException;
import io.reactivemqtt.exception.SessionDiscardedException;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.session.Output.Emit;
import io.reactivemqtt.session.Output.Persist;
import io.reactivemqtt.session.TestClient.TestFlow;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.ReceiptAcknowledged;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import io.reactivemqtt.store.SessionChange.ReceiptKept.Outcome;
import io.reactivemqtt.store.SessionChange.ReceiptWanted;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What became of an enqueued message takes the place of the message, until the application knows. */
class ReceiptsTest {

    private static final PubAck PUBACK = new PubAck(1, ReasonCode.SUCCESS);

    private final TestClient client = TestClient.durableOne();

    private static ApplicationMessage message(Qos qos) {
        return ApplicationMessage.of("a", "payload", qos);
    }

    private TestFlow enqueue(Qos qos, @Nullable String reference) {
        TestFlow flow = TestFlow.enqueued(message(qos), reference);
        client.session.publish(flow, client.nowNanos);
        return flow;
    }

    private List<SessionChange> persisted() {
        List<SessionChange> changes = new ArrayList<>();
        for (Output output : client.outputs()) {
            if (output instanceof Persist persist) {
                changes.add(persist.change());
            }
        }
        return changes;
    }

    private static ReceiptKept kept(long sequence, @Nullable String reference, Qos qos) {
        return new ReceiptKept(
                sequence,
                reference,
                ApplicationMessage.of("a", "", qos),
                Outcome.ACKNOWLEDGED,
                ReasonCode.SUCCESS,
                false,
                null);
    }

    private void recover(SessionChange... changes) {
        for (SessionChange change : changes) {
            client.session.recover(change, TestFlow::new, client.nowNanos);
        }
        client.session.onRecovered(false, Long.MAX_VALUE, client.nowNanos);
    }

    private List<SessionChange> described() {
        List<SessionChange> changes = new ArrayList<>();
        client.session.describe(changes::add, client.nowNanos);
        return changes;
    }

    // ---- with a store

    @Test
    void theWishForAReceiptStandsBeforeItsMessageAndTheOutcomeTakesThePlaceOfBoth() {
        client.connected();
        client.outputs();

        TestFlow flow = enqueue(AT_LEAST_ONCE, "order 7");

        assertThat(persisted())
                .startsWith(new ReceiptWanted(flow.sequence(), "order 7"))
                .hasExactlyElementsOfTypes(ReceiptWanted.class, OutgoingAccepted.class, OutgoingAssigned.class);
        client.receive(PUBACK);
        assertThat(persisted()).containsExactly(kept(flow.sequence(), "order 7", AT_LEAST_ONCE));
        assertThat(client.session.receipt(flow.sequence())).isNotNull();
    }

    @Test
    void theOutcomeOfAQos2MessageIsKeptAtPubComp() {
        client.connected();
        TestFlow flow = enqueue(EXACTLY_ONCE, null);
        client.outputs();

        client.receive(new PubRec(1, ReasonCode.SUCCESS));
        assertThat(persisted()).containsExactly(new OutgoingReleased(flow.sequence()));
        client.receive(new PubComp(1, ReasonCode.SUCCESS));

        assertThat(persisted()).containsExactly(kept(flow.sequence(), null, EXACTLY_ONCE));
    }

    @Test
    void aPublishedMessageLeavesNoReceipt() {
        client.connected();
        client.publish("a", AT_LEAST_ONCE);
        client.outputs();

        client.receive(PUBACK);

        assertThat(persisted()).hasExactlyElementsOfTypes(OutgoingCompleted.class);
        assertThat(described()).noneMatch(ReceiptKept.class::isInstance);
    }

    @Test
    void anAcknowledgedReceiptIsForgottenOnce() {
        client.connected();
        TestFlow flow = enqueue(AT_LEAST_ONCE, null);
        client.receive(PUBACK);
        client.outputs();

        client.session.acknowledgeReceipt(flow.sequence(), client.nowNanos);
        client.session.acknowledgeReceipt(flow.sequence(), client.nowNanos);

        assertThat(persisted()).containsExactly(new ReceiptAcknowledged(flow.sequence()));
        assertThat(client.session.receipt(flow.sequence())).isNull();
    }

    @Test
    void aMessageThatIsWithdrawnByNumberHasAReceiptThatSaysSo() {
        TestFlow flow = enqueue(AT_LEAST_ONCE, "r");
        client.outputs();

        client.session.withdraw(flow.sequence(), client.nowNanos);

        assertThat(persisted()).singleElement().isInstanceOfSatisfying(ReceiptKept.class, receipt -> assertThat(
                        receipt.outcome())
                .isEqualTo(Outcome.NOT_SENT));
    }

    @Test
    void ofAMessageWhoseCallerHasLeftNothingStays() {
        TestFlow flow = enqueue(AT_LEAST_ONCE, "r");
        client.outputs();

        client.session.withdraw(flow, client.nowNanos);

        assertThat(persisted())
                .containsExactly(new OutgoingCompleted(flow.sequence()), new ReceiptAcknowledged(flow.sequence()));
    }

    @Test
    void whatIsRecoveredIsToldAndPromisesAreKept() {
        recover(
                kept(1, "one", AT_LEAST_ONCE),
                new ReceiptWanted(2, "two"),
                new OutgoingAccepted(2, message(AT_LEAST_ONCE), 0),
                new OutgoingAccepted(3, message(AT_LEAST_ONCE), 0));
        client.connected();
        client.outputs();

        client.receive(PUBACK);
        client.receive(new PubAck(2, ReasonCode.SUCCESS));

        assertThat(persisted()).containsExactly(kept(2, "two", AT_LEAST_ONCE), new OutgoingCompleted(3));
        List<ReceiptKept> receipts = new ArrayList<>();
        client.session.forEachReceipt(receipts::add);
        assertThat(receipts).containsExactly(kept(1, "one", AT_LEAST_ONCE), kept(2, "two", AT_LEAST_ONCE));
    }

    @Test
    void aPromiseWhoseMessageCouldNotBeReadIsForgotten() {
        recover(new ReceiptWanted(2, "two"), new OutgoingAccepted(3, message(AT_LEAST_ONCE), 0));

        assertThat(persisted()).containsExactly(new ReceiptAcknowledged(2));
    }

    @Test
    void theOldestReceiptsAreDroppedWhenNobodyAcknowledgesAny() {
        client.session.recover(new SequencesReserved(Receipts.MAXIMUM), TestFlow::new, client.nowNanos);
        for (int sequence = 1; sequence <= Receipts.MAXIMUM; sequence++) {
            client.session.recover(kept(sequence, null, AT_LEAST_ONCE), TestFlow::new, client.nowNanos);
        }
        client.connected();
        client.outputs();
        TestFlow flow = enqueue(AT_LEAST_ONCE, null);
        client.outputs();

        client.receive(PUBACK);

        assertThat(client.outputs())
                .contains(
                        new Persist(new ReceiptAcknowledged(1)),
                        new Emit(new ClientEvent.ReceiptsDropped(1)),
                        new Persist(kept(flow.sequence(), null, AT_LEAST_ONCE)));
        assertThat(client.session.receipt(1)).isNull();
        assertThat(client.session.receipt(2)).isNotNull();
    }

    // ---- without a store

    @Test
    void withoutAStoreReceiptsAreKeptInMemoryAndSaved() {
        TestClient inMemory = TestClient.volatileOne().connected();
        TestFlow flow = TestFlow.enqueued(message(AT_LEAST_ONCE), "r");
        inMemory.session.publish(flow, inMemory.nowNanos);

        inMemory.receive(PUBACK);

        List<SessionChange> saved = new ArrayList<>();
        inMemory.session.describe(saved::add, inMemory.nowNanos);
        assertThat(saved).contains(kept(flow.sequence(), "r", AT_LEAST_ONCE));
        assertThat(inMemory.outputs()).noneMatch(Persist.class::isInstance);
    }

    // ---- what a receipt says

    static List<MqttException> failures() {
        ApplicationMessage message = message(AT_LEAST_ONCE);
        return List.of(
                new RequestRefusedException("PUBLISH", ReasonCode.QUOTA_EXCEEDED, "full"),
                new RequestRefusedException("PUBREL", ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, null),
                new LimitExceededException("too large", ReasonCode.PACKET_TOO_LARGE),
                new MessageExpiredException(message.topicName()),
                new NotSentException("withdrawn"),
                new QueueFullException("full"),
                new OutcomeUnknownException("who knows"),
                new SessionDiscardedException("gone"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aReceiptSaysWhatItsResultHasSaid(MqttException failure) {
        PublishResult result = PublishResult.failed(message(AT_LEAST_ONCE), failure);

        PublishResult told = ReceiptResults.of(ReceiptResults.kept(7, "r", result));

        assertThat(told.outcome()).isEqualTo(result.outcome());
        assertThat(told.reasonCode()).isEqualTo(result.reasonCode());
        assertThat(told.failure()).hasSameClassAs(failure).hasMessage(failure.getMessage());
    }

    @Test
    void aReceiptOfAMessageThatWasNeverSentSaysSo() {
        PublishResult result =
                PublishResult.failed(message(AT_LEAST_ONCE), ClientClosedException.unsent("the message"));

        assertThat(ReceiptResults.of(ReceiptResults.kept(7, null, result)).outcome())
                .isEqualTo(PublishOutcome.NOT_SENT);
    }

    @Test
    void aReceiptOfADroppedMessageSaysSo() {
        PublishResult result =
                PublishResult.dropped(message(AT_LEAST_ONCE), new OutcomeUnknownException("the Session was lost"));

        assertThat(ReceiptResults.of(ReceiptResults.kept(7, null, result)).outcome())
                .isEqualTo(PublishOutcome.DROPPED);
    }

    @Test
    void aReceiptOfASuccessHasTheServersWordsAndNoPayload() {
        PublishResult result = PublishResult.succeeded(
                message(EXACTLY_ONCE),
                new PubRec(1, ReasonCode.NO_MATCHING_SUBSCRIBERS, "nobody", UserProperties.of("k", "v")),
                true);

        PublishResult told = ReceiptResults.of(ReceiptResults.kept(7, null, result));

        assertThat(told.outcome()).isEqualTo(PublishOutcome.NO_SUBSCRIBER);
        assertThat(told.reasonString()).isEqualTo("nobody");
        assertThat(told.possibleRepeat()).isTrue();
        assertThat(told.message().topicName()).isEqualTo(result.message().topicName());
        assertThat(told.message().payload()).isEqualTo(Payload.EMPTY);
    }

    @Test
    void manyWordsAreCutBetweenCharacters() {
        String words = "x".repeat(ReceiptKept.LONGEST_WORDS - 1) + "\uD83D\uDE00";
        PublishResult result = PublishResult.failed(message(AT_LEAST_ONCE), new NotSentException(words));

        assertThat(ReceiptResults.kept(7, null, result).words()).isEqualTo("x".repeat(ReceiptKept.LONGEST_WORDS - 1));
    }

    @Test
    void nonsenseIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ReceiptWanted(1, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new ReceiptWanted(1, "\u00E9".repeat(513)));
        assertThatIllegalArgumentException().isThrownBy(() -> new ReceiptWanted(1, "\uD800"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReceiptKept(
                        1, null, message(AT_LEAST_ONCE), Outcome.UNKNOWN, ReasonCode.UNSPECIFIED_ERROR, false, null));
    }
}
