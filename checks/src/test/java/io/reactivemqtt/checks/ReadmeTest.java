package io.reactivemqtt.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** .ci/run runs what README says, and the first program is a short one. */
class ReadmeTest {

    private static final Path ROOT = Path.of("..");
    private static final int LONGEST_FIRST_PROGRAM = 20;

    @Test
    void firstProgramIsShort() throws IOException {
        assertThat(codeBlock("```java", 1)).hasSizeLessThanOrEqualTo(LONGEST_FIRST_PROGRAM);
    }

    @Test
    void testCommandIsTheOneThatContinuousIntegrationRuns() throws IOException {
        List<String> commands = codeBlock("```sh", 2);

        assertThat(commands).hasSize(1);
        assertThat(Files.readAllLines(ROOT.resolve(".ci/run"))).contains(commands.get(0));
    }

    /** Returns the lines of the {@code n}th block that starts with {@code fence}. */
    private static List<String> codeBlock(String fence, int n) throws IOException {
        List<String> lines = Files.readAllLines(ROOT.resolve("README.md"));
        int start = -1;
        for (int found = 0; found < n; found++) {
            start += 1 + lines.subList(start + 1, lines.size()).indexOf(fence);
        }
        List<String> rest = lines.subList(start + 1, lines.size());
        return rest.subList(0, rest.indexOf("```"));
    }
}
