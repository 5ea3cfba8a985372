package io.reactivemqtt.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testsupport.Rooms;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The three products of the testkit know nothing of each other. */
class ArchitectureTest {

    private static final Rooms ROOMS =
            Rooms.under("io.reactivemqtt.testkit", Map.of("", Set.of(), "store", Set.of(), "server", Set.of()));

    @Test
    void everyClassHasARoom() {
        assertThat(ROOMS.classesWithoutARoom()).isEmpty();
    }

    @Test
    void roomsKnowOnlyThoseBelow() {
        assertThat(ROOMS.forbiddenArrows()).isEmpty();
    }

    @Test
    void noCircleOfClassesCrossesRooms() {
        assertThat(ROOMS.circlesAcrossRooms()).isEmpty();
    }
}
