package io.reactivemqtt.spring.boot;

import io.reactivemqtt.testsupport.ArchitectureRules;
import io.reactivemqtt.testsupport.Rooms;
import java.util.Map;
import java.util.Set;

/** What an application writes knows nothing of how it is made to run; Actuator and containers know nothing of each other. */
class ArchitectureTest extends ArchitectureRules {

    ArchitectureTest() {
        super(Rooms.under(
                "io.reactivemqtt.spring.boot",
                Map.of(
                        "", Set.of(),
                        "autoconfigure", Set.of(""),
                        "actuate", Set.of("", "autoconfigure"),
                        "connection", Set.of(""))));
    }
}
