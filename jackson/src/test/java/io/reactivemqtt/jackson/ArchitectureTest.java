package io.reactivemqtt.jackson;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testsupport.ArchitectureRules;
import io.reactivemqtt.testsupport.Rooms;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One room, in which no classes lead to each other. */
class ArchitectureTest extends ArchitectureRules {

    private static final Rooms ROOMS = Rooms.under("io.reactivemqtt.jackson", Map.of("", Set.of()));

    ArchitectureTest() {
        super(ROOMS);
    }

    @Test
    void noClassesLeadToEachOther() {
        assertThat(ROOMS.circles()).isEmpty();
    }
}
