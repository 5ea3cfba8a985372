package io.reactivemqtt.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiguresOnPageTest {

    private static final String WORDS =
            "# Page\n<!-- figures: a -->\n<!-- end: a -->\n\n<!-- figures: b -->\n<!-- end: b -->\nEnd\n";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void eachCommandWritesItsOwn() throws IOException {
        Path page = Files.writeString(directory.resolve("page.md"), WORDS);

        FiguresOnPage.write(page, "b", "mvn first", List.of("| 1 |"));
        FiguresOnPage.write(page, "a", "mvn second", List.of("$2"));
        FiguresOnPage.write(page, "b", "mvn third", List.of("| 3 |"));

        assertThat(Files.readString(page))
                .containsPattern("(?s)<!-- figures: a -->\n\n- `mvn second`, commit .*\n\n\\$2\n\n<!-- end: a -->")
                .contains("\n| 3 |\n")
                .doesNotContain("| 1 |")
                .startsWith("# Page\n")
                .endsWith("<!-- end: b -->\nEnd\n");
        assertThat(FiguresOnPage.without(Files.readString(page))).isEqualTo(WORDS);
    }

    @Test
    void wordsMayChangeUnderThem() throws IOException {
        Path page = Files.writeString(directory.resolve("page.md"), WORDS);
        FiguresOnPage.write(page, "b", "mvn first", List.of("| 1 |"));

        String moved = FiguresOnPage.moved(Files.readString(page), WORDS.replace("Page", "New words"));

        assertThat(moved).isEqualTo(Files.readString(page).replace("Page", "New words"));
    }

    @Test
    void aPageWithoutThePlaceForThemSaysSo() throws IOException {
        Path page = Files.writeString(directory.resolve("page.md"), WORDS);

        assertThatIllegalArgumentException().isThrownBy(() -> FiguresOnPage.write(page, "c", "mvn", List.of()));
    }
}
