package io.reactivemqtt.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the simulation is worth: it finds each of these faults, of which the first seven were the client's own. */
@Tag("once")
class PlantedFaultTest {

    /** A thousand steps each; most need a few. */
    private static final int RUNS = 15_000;

    private static final int FEW = 1_000;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "session.ServerSession.connAckMissed",
                "session.ServerSession.begunAnew",
                "session.ServerSession.subscribeUnanswered",
                "session.ServerSession.isUnknown",
                "session.OutgoingEndings.markPossibleRepeats",
                "session.Subscriptions.restore",
                "engine.state.GroupCommit.isWrittenAgain",
                "session.OutgoingLog.rewind",
                "session.OutgoingFlows.onConnected",
                "session.IncomingFlows.onSessionLost",
                "engine.publish.PublishStream.askForMore",
                "session.Subscriptions.onConnectionEnded",
                "engine.state.GroupCommit.holdsBack",
                "engine.state.GroupCommit.forgetPackets",
                "engine.publish.EnqueuedFlow.ended",
                "engine.publish.EnqueuedFlow.failed",
                "engine.publish.EnqueuedFlow.keepsReceipt: true",
                "engine.publish.EnqueuedFlow.receiptWanted",
                "engine.publish.PublishStream.hasRoom",
                "engine.publish.PublishStream.sourceEnded",
                "engine.publish.Publishing.mayWaitOutside",
                "engine.publish.Publishing.publishDropped",
                "engine.publish.Publishing.publishWhenOpen",
                "engine.publish.Sources.hungry",
                "engine.publish.Survivors.isDurable: true",
                "engine.publish.Survivors.lost",
                "engine.publish.Survivors.recovered",
                "engine.publish.Survivors.waits",
                "engine.subscribe.Claims.isWaitedFor",
                "engine.connection.ConnectionKeeper.lost"
            })
    void isFound(String fault) throws ReflectiveOperationException {
        assertThat(PlantedFault.of(fault).found(RUNS)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = "engine.state.Counters.handedBack")
    void whatIsNoFaultIsNotFound(String none) throws ReflectiveOperationException {
        assertThat(PlantedFault.of(none).found(FEW)).isNegative();
    }
}
