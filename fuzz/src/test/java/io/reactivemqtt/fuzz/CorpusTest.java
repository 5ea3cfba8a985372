package io.reactivemqtt.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the fuzzing begins with, and has found so far: all of it keeps the promises, without Jazzer and on any JDK. */
class CorpusTest {

    static final Path CORPUS = Path.of("src/test/resources/io/reactivemqtt/fuzz");

    private static final int MOST_FILES = 400;
    private static final long MOST_BYTES = 300 * 1024;

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void allThatIsInTheCorpusKeepsThePromises(Target target) throws IOException {
        for (Path file : files(CORPUS.resolve(target.title()))) {
            try {
                target.run(Files.readAllBytes(file));
            } catch (Throwable broken) {
                throw new AssertionError(file + " breaks a promise", broken);
            }
        }
    }

    /** With {@code -Dcorpus.write} they are put there. */
    @ParameterizedTest
    @EnumSource
    void theSeedsAreInTheCorpus(Target target) throws IOException {
        Path directory = CORPUS.resolve(target.title());
        for (Map.Entry<String, byte[]> seed : Seeds.of(target).entrySet()) {
            Path file = directory.resolve(seed.getKey());
            if (System.getProperty("corpus.write") != null) {
                Files.write(file, seed.getValue());
            }
            assertThat(file).hasBinaryContent(seed.getValue());
        }
    }

    @Test
    void theCorpusIsSmall() throws IOException {
        List<Path> files = files(CORPUS);
        assertThat(files).hasSizeLessThan(MOST_FILES);
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
        }
        assertThat(bytes).isLessThan(MOST_BYTES);
    }
}
