package io.reactivemqtt.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.session.Output.Emit;
import io.reactivemqtt.session.Output.Persist;
import io.reactivemqtt.session.TestClient.TestFlow;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a store hands a new session, and what a session marks in the store. */
class RecoveryTest {

    private final TestClient client = TestClient.durableOne();

    private static OutgoingAccepted accepted(long sequence, Qos qos) {
        return new OutgoingAccepted(sequence, ApplicationMessage.of("a", "", qos), 0);
    }

    private void recover(SessionChange... changes) {
        for (SessionChange change : changes) {
            client.session.recover(change, TestFlow::new, client.nowNanos);
        }
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

    // ---- contradictions

    static Stream<List<SessionChange>> contradictions() {
        OutgoingAccepted one = accepted(1, Qos.AT_LEAST_ONCE);
        OutgoingAccepted two = accepted(2, Qos.EXACTLY_ONCE);
        OutgoingAssigned assigned = new OutgoingAssigned(1, 7);
        return Stream.of(
                List.of(two, one),
                List.of(one, one),
                List.of(accepted(0, Qos.AT_LEAST_ONCE)),
                List.of(accepted(1, Qos.AT_MOST_ONCE)),
                List.of(assigned),
                List.of(one, assigned, assigned),
                List.of(one, assigned, two, new OutgoingAssigned(2, 7)),
                List.of(one, assigned, new OutgoingReleased(1)),
                List.of(two, new OutgoingReleased(2)),
                List.of(one, new OutgoingCompleted(1)),
                List.of(new SessionDiscarded()));
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void whatContradictsItselfIsRefused(List<SessionChange> changes) {
        assertThatIllegalArgumentException().isThrownBy(() -> recover(changes.toArray(SessionChange[]::new)));
    }

    @Test
    void anEntryThatCouldNotBeReadIsTold() {
        recover(new EntryUnreadable("message 7: cut short; it is in the table set_aside"));

        assertThat(client.outputs())
                .containsExactly(new Emit(
                        new ClientEvent.StoredEntryUnreadable("message 7: cut short; it is in the table set_aside")));
    }

    // ---- sequences

    @Test
    void sequencesGoOnBehindThoseOfAnEarlierProcess() {
        recover(new SequencesReserved(10_000));

        client.publish("a", Qos.AT_LEAST_ONCE);

        assertThat(client.recorded.outputs).contains(new Persist(accepted(10_001, Qos.AT_LEAST_ONCE)));
    }

    @Test
    void sequencesAreReservedManyAtATime() {
        client.recorded.withMarks = true;

        client.publish("a", Qos.AT_LEAST_ONCE);
        client.publish("b", Qos.AT_LEAST_ONCE);

        assertThat(persisted())
                .hasExactlyElementsOfTypes(SequencesReserved.class, OutgoingAccepted.class, OutgoingAccepted.class);
    }

    // ---- marks

    @Test
    void aConnectIsMarkedBeforeItLeavesAndItsEndWithTheIntervalThatHolds() {
        client.recorded.withMarks = true;
        client.session.onWallClock(5_000, client.nowNanos);

        client.open(false);
        assertThat(client.recorded.outputs.get(0)).isEqualTo(new Persist(new ConnectionBegun()));
        client.receive(ConnAck.builder().sessionExpiryIntervalSeconds(60L).build());
        client.outputs();
        client.nowNanos += Duration.ofSeconds(1).toNanos();
        client.lose();

        assertThat(persisted()).containsExactly(new ConnectionEnded(7_000, 60));
    }

    @Test
    void anAttemptThatEndsWithoutACONNACKMarksNothingAnew() {
        client.recorded.withMarks = true;
        recover(new ConnectionBegun());

        client.open(false);

        assertThat(persisted()).isEmpty();
    }

    @Test
    void aRefusedFirstConnectLeavesNoMarkAndAllThatWaits() {
        client.recorded.withMarks = true;
        client.publish("a", Qos.AT_LEAST_ONCE);
        client.open(false);
        client.outputs();

        client.receive(ConnAck.builder()
                .reasonCode(ReasonCode.BAD_USER_NAME_OR_PASSWORD)
                .build());

        assertThat(persisted())
                .containsExactly(new SessionDiscarded(), new SequencesReserved(10_000), accepted(1, Qos.AT_LEAST_ONCE));
    }

    // ---- the end of the store

    @Test
    void afterAFailureOfTheStoreNothingIsPersistedOrSentAndWhoWaitsIsTold() {
        client.connected();
        client.publish("a", Qos.AT_LEAST_ONCE);
        client.subscribe("b");
        client.outputs();

        client.session.onStoreFailed(
                new StoreException("the disk is full", null), flow -> false, flow -> {}, client.nowNanos);

        assertThat(client.outputs())
                .hasExactlyElementsOfTypes(
                        Output.CloseTransport.class,
                        Output.Disconnected.class,
                        Output.Fail.class,
                        Output.PublishFailed.class);
    }
}
