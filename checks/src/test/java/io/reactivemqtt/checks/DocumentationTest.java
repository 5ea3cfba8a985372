package io.reactivemqtt.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The Java on the pages is what the build compiles, and links lead somewhere. A comment before each piece of Java names a source
 * file and a region in it, which stands there between {@code // #name} and {@code // #end}.
 */
class DocumentationTest {

    private static final Path ROOT = Path.of("..");
    private static final String MEND = "mvn -B -ntp test -pl checks -Dtest=DocumentationTest -Ddocumentation.write";
    private static final Pattern JAVA =
            Pattern.compile("(?:<!-- (\\S+)#(\\w+) -->\n)?```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(?:#[^)]*)?\\)");

    static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")));
        try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
            files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void javaIsWhatTheBuildCompiles(Path page) throws IOException {
        String text = Files.readString(page);
        String compiled = JAVA.matcher(text).replaceAll(block -> Matcher.quoteReplacement(compiled(block)));
        if (System.getProperty("documentation.write") != null) {
            Files.writeString(page, compiled);
        } else {
            assertThat(text)
                    .as("is not what the sources say; mend it by: " + MEND)
                    .isEqualTo(compiled);
        }
    }

    private static String compiled(MatchResult block) {
        String file = block.group(1);
        String region = block.group(2);
        assertThat(file)
                .as("the comment that says where this is from:\n" + block.group(3))
                .isNotNull();
        return "<!-- " + file + "#" + region + " -->\n```java\n" + region(ROOT.resolve(file), region) + "```";
    }

    private static String region(Path file, String name) {
        List<String> lines = lines(file);
        int start = marker(lines, "// #" + name, 0);
        int end = marker(lines, "// #end", start);
        assertThat(start < 0 || end < 0).as("%s has no region %s", file, name).isFalse();
        return String.join("\n", lines.subList(start + 1, end)).stripIndent() + "\n";
    }

    private static int marker(List<String> lines, String marker, int from) {
        for (int i = Math.max(0, from); i < lines.size(); i++) {
            if (lines.get(i).strip().equals(marker)) {
                return i;
            }
        }
        return -1;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException missing) {
            throw new AssertionError("a page names " + file, missing);
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadSomewhere(Path page) throws IOException {
        assertThat(LINK.matcher(Files.readString(page)).results().map(link -> link.group(1)))
                .allSatisfy(target -> assertThat(page.resolveSibling(target)).exists());
    }
}
