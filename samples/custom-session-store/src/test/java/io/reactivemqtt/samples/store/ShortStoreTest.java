package io.reactivemqtt.samples.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A store is no great matter, with all that those want who look after it. */
class ShortStoreTest {

    private static final Path STORE = Path.of("src/main/java/io/reactivemqtt/samples/store/H2SessionStore.java");

    @Test
    void storeTakesFewerThan250LinesOfCode() throws IOException {
        List<String> code = Files.readAllLines(STORE).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.matches("(import|package|//|/\\*\\*|\\*).*"))
                .toList();

        assertThat(code).hasSizeBetween(50, 249);
    }
}
