package io.reactivemqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever happens, in whatever order, a client and a correct Server keep all promises to each other. */
class SessionProperties {

    private static final int STEPS = 18;

    @Property(tries = 2000)
    @Spec({
        "MQTT-2.2.1-3",
        "MQTT-3.3.1-1",
        "MQTT-3.3.1-3",
        "MQTT-3.3.4-7",
        "MQTT-4.3.3-6",
        "MQTT-4.3.3-10",
        "MQTT-4.4.0-1",
        "MQTT-4.6.0-2",
        "MQTT-4.6.0-3",
        "MQTT-4.9.0-2"
    })
    void promisesHoldWhateverHappens(
            @ForAll ProtocolVersion version,
            @ForAll @IntRange(min = 1, max = 5) int receiveMaximum,
            @ForAll @Size(min = 1, max = 150) int[] choices) {
        ModelledSession modelled = new ModelledSession(version, receiveMaximum);
        for (int choice : choices) {
            step(modelled, Math.floorMod(choice, STEPS), Math.floorMod(choice / STEPS, 1000));
        }
        modelled.drain();
    }

    private static void step(ModelledSession modelled, int step, int detail) {
        switch (step) {
            case 0, 1 -> modelled.publish(Qos.AT_LEAST_ONCE);
            case 2, 3 -> modelled.publish(Qos.EXACTLY_ONCE);
            case 4 -> modelled.publish(Qos.AT_MOST_ONCE);
            case 5, 6 -> modelled.carryToServer(1 + detail % 5);
            case 7, 8 -> modelled.carryAnswerToClient();
            case 9 -> modelled.serverPublishes(Qos.of(1 + detail % 2));
            case 10 -> modelled.acknowledge(detail, ReasonCode.SUCCESS);
            case 11 -> modelled.acknowledge(detail, detail % 4 == 0 ? ReasonCode.NOT_AUTHORIZED : ReasonCode.SUCCESS);
            case 12 -> modelled.cut();
            case 13 -> modelled.connect(detail % 5 != 0);
            case 14 -> {
                modelled.withdraw(detail);
                modelled.subscribe();
            }
            case 15 -> modelled.publishLatest(Qos.of(detail % 3), detail % 2);
            case 16 -> modelled.publishInTime(Qos.of(detail % 3), Duration.ofSeconds(1 + detail % 70));
            default -> modelled.pass(Duration.ofSeconds(detail % 70), detail % 3 != 0);
        }
    }

    @Property(tries = 200)
    void identifiersAreNeverGivenTwice(@ForAll @Size(max = 400) int[] choices) {
        PacketIdentifiers identifiers = new PacketIdentifiers();
        Set<Integer> held = new LinkedHashSet<>();
        for (int choice : choices) {
            if (choice % 3 == 0 && !held.isEmpty()) {
                int released = held.iterator().next();
                held.remove(released);
                identifiers.release(released);
            } else {
                assertThat(held.add(identifiers.take())).isTrue();
            }
            assertThat(identifiers.inUse()).isEqualTo(held.size());
        }
    }
}
