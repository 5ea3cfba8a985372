package io.reactivemqtt.session.crash;

import static io.reactivemqtt.Qos.AT_LEAST_ONCE;
import static io.reactivemqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.Spec;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Three messages have one Packet Identifier, one after the other, and the process of the client dies and the network is cut at
 * any moments: every order of what can happen is looked at. So that this cannot pass by looking at nothing, each search has to
 * find about as many different worlds as it found when it was written.
 */
@Tag("once")
class EveryCrashTest {

    private static final List<Qos> ALL_EXACTLY_ONCE = List.of(EXACTLY_ONCE, EXACTLY_ONCE, EXACTLY_ONCE);
    private static final List<Qos> TWO_EXACTLY_ONCE = List.of(EXACTLY_ONCE, EXACTLY_ONCE);
    private static final List<Qos> ALL_AT_LEAST_ONCE = List.of(AT_LEAST_ONCE, AT_LEAST_ONCE, AT_LEAST_ONCE);
    private static final List<Qos> MIXED = List.of(EXACTLY_ONCE, AT_LEAST_ONCE, EXACTLY_ONCE);

    // ---- to the Server

    @Test
    @Spec({"MQTT-4.1.0-1", "MQTT-4.3.3-6", "MQTT-4.4.0-1"})
    void theServerTakesEachStoredQos2MessageOverOnceThroughThreeCrashesAndThreeCuts() {
        search(Direction.OUTGOING, ProtocolVersion.MQTT_5_0, 3, 3, ALL_EXACTLY_ONCE, 130_000);
    }

    @Test
    @Spec({"3.1.1:MQTT-3.1.2-4", "3.1.1:MQTT-4.1.0-1", "3.1.1:MQTT-4.3.3-1"})
    void theServerTakesEachStoredQos2MessageOverOnceInVersion311() {
        search(Direction.OUTGOING, ProtocolVersion.MQTT_3_1_1, 1, 1, ALL_EXACTLY_ONCE, 4_500);
    }

    @Test
    void theServerGetsEachStoredQos1MessageThroughThreeCrashesAndThreeCuts() {
        search(Direction.OUTGOING, ProtocolVersion.MQTT_5_0, 3, 3, ALL_AT_LEAST_ONCE, 92_000);
    }

    @Test
    void anIdentifierMayGoFromOneQosToTheOtherOnTheWayToTheServer() {
        search(Direction.OUTGOING, ProtocolVersion.MQTT_5_0, 2, 1, MIXED, 8_500);
    }

    @Test
    void twoQos2MessagesInFlightDoNotGetInEachOthersWay() {
        search(Scenario.of(Direction.OUTGOING, ProtocolVersion.MQTT_5_0, 2, 1, 1, TWO_EXACTLY_ONCE), 3_000);
    }

    @Test
    void theOutcomeOfEachEnqueuedMessageIsToldUntilItIsAcknowledgedThroughTwoCrashesAndACut() {
        search(
                Scenario.of(Direction.OUTGOING, ProtocolVersion.MQTT_5_0, 1, 2, 1, List.of(EXACTLY_ONCE, AT_LEAST_ONCE))
                        .withReceipts(),
                5_000);
    }

    // ---- from the Server

    @Test
    void theApplicationProcessesEachQos2MessageOnceThroughThreeCutsWithoutACrash() {
        Search.Result result = search(Direction.INCOMING, ProtocolVersion.MQTT_5_0, 0, 3, ALL_EXACTLY_ONCE, 2_300);

        assertThat(result.repeatsAtTheEdge()).isZero();
    }

    @Test
    @Spec("MQTT-4.3.3-10")
    void onlyACrashBetweenItsEffectAndTheStoreHasAQos2MessageProcessedAgain() {
        Search.Result result = search(Direction.INCOMING, ProtocolVersion.MQTT_5_0, 3, 3, ALL_EXACTLY_ONCE, 62_000);

        assertThat(result.repeatsAtTheEdge()).isPositive();
    }

    @Test
    void onlyACrashBetweenItsEffectAndTheStoreHasAQos2MessageProcessedAgainInVersion311() {
        search(Direction.INCOMING, ProtocolVersion.MQTT_3_1_1, 1, 1, ALL_EXACTLY_ONCE, 1_200);
    }

    @Test
    void noQos1MessageFromTheServerIsLostThroughThreeCrashesAndThreeCuts() {
        search(Direction.INCOMING, ProtocolVersion.MQTT_5_0, 3, 3, ALL_AT_LEAST_ONCE, 16_000);
    }

    @Test
    void anIdentifierMayGoFromOneQosToTheOtherOnTheWayFromTheServer() {
        search(Direction.INCOMING, ProtocolVersion.MQTT_5_0, 2, 2, MIXED, 8_000);
    }

    // ---- and if it were done otherwise

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void anyOtherOrderLosesAMessageOrMakesTwoOfOne(WrongOrder wrong) {
        List<Qos> qos = List.of(wrong.qos, wrong.qos);
        Scenario scenario = Scenario.of(wrong.direction, ProtocolVersion.MQTT_5_0, 1, 1, qos);

        Search.Result result = Search.of(scenario.with(wrong));

        System.out.println(wrong + ", after " + result.worlds() + " worlds:\n" + result.counterExample());
        assertThat(result.counterExample()).isNotNull().contains("=> ").contains(wrong.harm);
    }

    private static Search.Result search(
            Direction direction, ProtocolVersion version, int crashes, int cuts, List<Qos> qos, int worldsAtLeast) {
        return search(Scenario.of(direction, version, crashes, cuts, qos), worldsAtLeast);
    }

    private static Search.Result search(Scenario scenario, int worldsAtLeast) {
        Search.Result result = Search.of(scenario);

        System.out.printf(
                "%s MQTT %s %s, %d crashes, %d cuts: %,d worlds, %,d steps, %d ends%n",
                scenario.direction(),
                scenario.options().session().protocolVersion(),
                scenario.messages().stream().map(ApplicationMessage::qos).toList(),
                scenario.crashes(),
                scenario.cuts(),
                result.worlds(),
                result.steps(),
                result.ends());
        assertThat(result.counterExample()).isNull();
        assertThat(result.worlds()).isGreaterThan(worldsAtLeast);
        assertThat(result.ends()).isPositive();
        return result;
    }
}
