package io.reactivemqtt.micrometer;

import io.reactivemqtt.testsupport.ArchitectureRules;
import io.reactivemqtt.testsupport.Rooms;
import java.util.Map;
import java.util.Set;

/** One room. */
class ArchitectureTest extends ArchitectureRules {

    ArchitectureTest() {
        super(Rooms.under("io.reactivemqtt.micrometer", Map.of("", Set.of())));
    }
}
