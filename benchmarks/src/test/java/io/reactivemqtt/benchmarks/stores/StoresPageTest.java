package io.reactivemqtt.benchmarks.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The figures of {@code docs/stores.md} stand between marks, where a run writes them. */
class StoresPageTest {

    private static final Path PAGE = Path.of("..", "docs", "stores.md");

    @Test
    void aRunReplacesWhatStandsBetweenTheMarks() throws IOException {
        String page = "before\n" + StoresSideBySide.BEGIN + "old\n" + StoresSideBySide.END + "after\n";
        assertThat(StoresSideBySide.replaced(page, "new\n"))
                .isEqualTo("before\n" + StoresSideBySide.BEGIN + "new\n" + StoresSideBySide.END + "after\n");
        assertThatThrownBy(() -> StoresSideBySide.replaced("no marks", "new")).isInstanceOf(IOException.class);
    }

    @Test
    void thePageHasARun() throws IOException {
        assertThat(Files.readString(PAGE))
                .containsPattern("(?s)<!-- measured -->\\n`--rounds \\d+`.*SQLite.*PostgreSQL.*Redis");
    }
}
