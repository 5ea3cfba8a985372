package io.reactivemqtt.reliability.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Qos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pod writes down is read again, up to where it was killed. */
class PodLogTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void whatWasAcceptedIsReadAgainAndNothingElse() throws IOException {
        Path file = directory.resolve("pod.log");
        PodLog log = PodLog.open(file);
        log.accepted(3, Qos.AT_LEAST_ONCE, 3_000_007);
        log.event(3, "of no\nimportance");
        log.refused(3, Qos.EXACTLY_ONCE, 3_000_008);
        PodLog.open(file).accepted(4, Qos.EXACTLY_ONCE, 4_000_001); // the pod was started again

        assertThat(PodLog.accepted(file))
                .containsExactly(
                        new PodLog.Accepted(3, Qos.AT_LEAST_ONCE, 3_000_007),
                        new PodLog.Accepted(4, Qos.EXACTLY_ONCE, 4_000_001));
    }

    @Test
    void aLineThatAKillHasCutOffIsNone() throws IOException {
        Path file = directory.resolve("pod.log");
        PodLog.open(file).accepted(1, Qos.EXACTLY_ONCE, 1_000_001);
        Files.writeString(file, "accepted 1 2 10000", StandardOpenOption.APPEND);

        assertThat(PodLog.accepted(file)).hasSize(1);
    }
}
