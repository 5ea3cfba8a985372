package io.reactivemqtt.testsupport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What commands saw, on a page that people wrote: the lines between {@code <!-- figures: NAME -->} and {@code <!-- end: NAME -->}, of
 * which each command writes those that have its name.
 */
public final class FiguresOnPage {

    private static final Pattern FIGURES =
            Pattern.compile("(?m)^<!-- figures: (\\S+) -->\n(?s:(.*?))^<!-- end: \\1 -->\n");

    private FiguresOnPage() {}

    /**
     * Writes figures in place of what stands under their name, below the commit and the machine that they are of.
     *
     * @param page a page that has the two comments
     * @param command what was run, shortly, for who wants to run it again
     * @param lines Markdown
     */
    public static void write(Path page, String name, String command, List<String> lines) throws IOException {
        List<String> all = new ArrayList<>();
        all.add("- `" + command + "`, commit " + RunFacts.commit());
        all.add("- " + RunFacts.machine());
        all.add("");
        all.addAll(lines);
        String before = Files.readString(page);
        Files.writeString(page, with(before, name, "\n" + String.join("\n", all).strip() + "\n\n"));
    }

    /** Returns the words of a page with the figures of another one; it has none of its own where the other one has none. */
    public static String moved(String figures, String words) {
        String page = without(words);
        for (MatchResult of : FIGURES.matcher(figures).results().toList()) {
            page = FIGURES.matcher(page)
                    .replaceAll(here ->
                            Matcher.quoteReplacement(here.group(1).equals(of.group(1)) ? of.group() : here.group()));
        }
        return page;
    }

    /** Returns the words of a page, with nothing between its comments. */
    public static String without(String page) {
        return FIGURES.matcher(page).replaceAll(here -> Matcher.quoteReplacement(figures(here.group(1), "")));
    }

    /**
     * Returns a page with {@code text} in place of what stands under a name.
     *
     * @throws IllegalArgumentException if it has no place for that
     */
    public static String with(String page, String name, String text) {
        if (FIGURES.matcher(page).results().noneMatch(here -> here.group(1).equals(name))) {
            throw new IllegalArgumentException("the page has no figures: " + name);
        }
        return FIGURES.matcher(page)
                .replaceAll(here ->
                        Matcher.quoteReplacement(here.group(1).equals(name) ? figures(name, text) : here.group()));
    }

    private static String figures(String name, String text) {
        return "<!-- figures: " + name + " -->\n" + text + "<!-- end: " + name + " -->\n";
    }
}
