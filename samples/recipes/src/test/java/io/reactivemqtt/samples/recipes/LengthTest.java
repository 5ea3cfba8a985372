package io.reactivemqtt.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A recipe is short: what is inside its braces has no more than 25 lines of code. */
class LengthTest {

    private static final int LONGEST = 25;

    static List<Path> recipes() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void aRecipeIsShort(Path recipe) {
        assertThat(lines(recipe)
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("//") && !line.startsWith("/*"))
                        .dropWhile(line -> !line.startsWith("record ") && !line.startsWith("final class "))
                        .skip(1))
                .hasSizeLessThanOrEqualTo(LONGEST + 1);
    }

    private static Stream<String> lines(Path recipe) {
        try {
            return Files.readAllLines(recipe).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
