package io.reactivemqtt.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.fuzz.JazzerRun.Outcome;
import io.reactivemqtt.fuzz.planted.PlantedFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fuzzes for some seconds, from the corpus on: the short form of the harness. */
@Tag("once")
class FuzzingTest {

    private static final long EXECUTIONS = 100_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void noTargetFindsAnything() throws InterruptedException {
        FuzzHarness harness = new FuzzHarness(EXECUTIONS, 1, CorpusTest.CORPUS, directory);
        List<Outcome> outcomes = harness.run(Arrays.asList(Target.values()), 2);
        assertThat(FuzzHarness.wrong(outcomes)).isEmpty();
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.edges()).isPositive());
    }

    @Test
    void aFaultIsFoundAndLeftInAFile() throws IOException, InterruptedException {
        Path none = Files.createDirectories(directory.resolve("none"));
        Outcome outcome = new JazzerRun("planted", PlantedFault.class, 16, directory).run(EXECUTIONS, 1, none);
        assertThat(outcome.wrong()).hasSize(1);
        assertThat(FuzzHarness.wrong(List.of(outcome))).hasSize(1);
        assertThat(Files.readString(outcome.wrong().get(0))).startsWith("bug");
    }
}
