package io.reactivemqtt.testkit;

import io.reactivemqtt.testsupport.ArchitectureRules;
import io.reactivemqtt.testsupport.Rooms;
import java.util.Map;
import java.util.Set;

/** The three products of the testkit know nothing of each other. */
class ArchitectureTest extends ArchitectureRules {

    private static final Rooms ROOMS =
            Rooms.under("io.reactivemqtt.testkit", Map.of("", Set.of(), "store", Set.of(), "server", Set.of()));

    ArchitectureTest() {
        super(ROOMS);
    }
}
