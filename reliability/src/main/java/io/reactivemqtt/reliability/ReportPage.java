package io.reactivemqtt.reliability;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The page about reliability: words from a template, and what one run of the harness saw. */
final class ReportPage {

    private static final String TEMPLATE = "reliability.md";

    private ReportPage() {}

    /**
     * Returns the page.
     *
     * @param facts what it was run on, one line of a list each
     * @param table rows of Markdown
     */
    static String of(String facts, String table) {
        return template().replace("{facts}", facts.strip()).replace("{table}", table.strip());
    }

    /** Returns the words, with a {@code {facts}} and a {@code {table}} between them. */
    static String template() {
        try (InputStream resource = Objects.requireNonNull(ReportPage.class.getResourceAsStream(TEMPLATE))) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
