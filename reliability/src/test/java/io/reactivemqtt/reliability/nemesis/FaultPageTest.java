package io.reactivemqtt.reliability.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code docs/reliability.md} says of faults keeps the promises. */
class FaultPageTest {

    private static final Path PAGE = Path.of("..", "docs", "reliability.md");

    @Test
    void thePageShowsAllFaultsAndNoBrokenPromise() throws IOException {
        List<String> lines = Files.readString(PAGE).lines().toList();

        for (FaultCell cell : FaultCell.all()) {
            assertThat(lines)
                    .filteredOn(line -> line.startsWith("| " + cell.words() + " |"))
                    .as("make it anew as the page says: %s", cell.words())
                    .hasSize(1)
                    .allSatisfy(row -> assertThat(promised(row))
                            .hasSizeGreaterThanOrEqualTo(cell.isAppendSeen() ? 5 : 4)
                            .containsOnly("**0**"));
        }
    }

    private static List<String> promised(String row) {
        return Arrays.stream(row.split("\\s*\\|\\s*", -1))
                .filter(cell -> cell.startsWith("**"))
                .toList();
    }
}
