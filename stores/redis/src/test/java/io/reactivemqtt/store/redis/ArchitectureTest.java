package io.reactivemqtt.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testsupport.ArchitectureRules;
import io.reactivemqtt.testsupport.Rooms;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One room, in which no classes lead to each other. */
class ArchitectureTest extends ArchitectureRules {

    private static final Rooms ROOMS = Rooms.under("io.reactivemqtt.store.redis", Map.of("", Set.of()));

    ArchitectureTest() {
        super(ROOMS);
    }

    @Test
    void noClassesLeadToEachOther() {
        assertThat(ROOMS.circles()).isEmpty();
    }

    @Test
    void noFileIsTooLongToReadAtOnce() throws IOException {
        assertThat(Rooms.filesLongerThan(350)).isEmpty();
    }
}
