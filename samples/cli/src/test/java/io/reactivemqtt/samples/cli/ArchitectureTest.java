package io.reactivemqtt.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testsupport.ArchitectureRules;
import io.reactivemqtt.testsupport.Rooms;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The rooms of the command line, and who knows whom. */
class ArchitectureTest extends ArchitectureRules {

    private static final Rooms ROOMS = Rooms.under(
            "io.reactivemqtt.samples.cli",
            Map.of(
                    "terminal", Set.of(),
                    "options", Set.of("terminal"),
                    "command", Set.of("options", "terminal"),
                    "script", Set.of(),
                    "", Set.of("command", "script", "options", "terminal")));

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
