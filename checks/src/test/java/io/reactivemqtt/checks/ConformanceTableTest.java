package io.reactivemqtt.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/conformance.md} lists the normative statements that bind a client and the tests that show each. It is made from
 * {@code docs/conformance/*.tsv} and the {@code @Spec} annotations in the sources of all tests.
 */
class ConformanceTableTest {

    private static final String MEND = "mvn -B -ntp test -pl checks -Dtest=ConformanceTableTest -Dconformance.write";
    private static final Pattern SPEC = Pattern.compile("@Spec\\(\\s*(\\{[^}]*}|\"[^\"]*\")\\s*\\)");
    private static final Pattern ID = Pattern.compile("\"([^\"]+)\"");
    private static final Pattern NAME = Pattern.compile("\\b(?:void|class|boolean|Stream<[^(]*>)\\s+(\\w+)");

    /** The project's root: the tests of a module run in its own folder. */
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private record Statement(String id, String paraphrase) {}

    @Test
    void theTableIsTrue() throws IOException {
        Map<String, Set<String>> tests = testsByStatement();
        String table = table(tests);
        Path file = ROOT.resolve("docs/conformance.md");
        if (System.getProperty("conformance.write") != null) {
            Files.writeString(file, table);
        }
        assertThat(Files.exists(file) ? Files.readString(file) : "")
                .as("docs/conformance.md is out of date; make it anew by: " + MEND)
                .isEqualTo(table);
    }

    @Test
    void everySpecIsAStatementOfTheStandard() throws IOException {
        Set<String> known = Stream.concat(
                        statements("normative-5.tsv").stream().map(Statement::id),
                        statements("normative-3.tsv").stream().map(statement -> "3.1.1:" + statement.id()))
                .collect(Collectors.toSet());

        assertThat(known).containsAll(testsByStatement().keySet());
    }

    private static Map<String, Set<String>> testsByStatement() throws IOException {
        Map<String, Set<String>> tests = new TreeMap<>();
        for (Path source : testSources()) {
            String text = Files.readString(source);
            String testClass = source.getFileName().toString().replace(".java", "");
            Matcher spec = SPEC.matcher(text);
            while (spec.find()) {
                Matcher name = NAME.matcher(text);
                if (name.find(spec.end())) {
                    String test = name.group(1).equals(testClass) ? testClass : testClass + "." + name.group(1);
                    ID.matcher(spec.group(1)).results().forEach(id -> tests.computeIfAbsent(
                                    id.group(1), key -> new TreeSet<>())
                            .add(test));
                }
            }
        }
        return tests;
    }

    private static List<Path> testSources() throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            return modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .flatMap(ConformanceTableTest::javaFiles)
                    .sorted()
                    .toList();
        }
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files
                    .filter(file -> file.toString().endsWith(".java")
                            && !file.endsWith("Spec.java")
                            && !file.endsWith("ConformanceTableTest.java"))
                    .toList()
                    .stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static List<Statement> statements(String file) throws IOException {
        List<Statement> statements = new ArrayList<>();
        for (String line : Files.readAllLines(ROOT.resolve("docs/conformance").resolve(file))) {
            String[] columns = line.split("\t", -1);
            if (columns[0].startsWith("[")) {
                statements.add(new Statement(columns[0].substring(1, columns[0].length() - 1), columns[1]));
            }
        }
        return statements;
    }

    private static String table(Map<String, Set<String>> tests) throws IOException {
        Map<String, List<Statement>> versions = new LinkedHashMap<>();
        versions.put("MQTT 5.0", statements("normative-5.tsv"));
        versions.put("MQTT 3.1.1", statements("normative-3.tsv"));
        StringBuilder text = new StringBuilder("# Conformance\n\n")
                .append(
                        "The normative statements that bind a client, and the tests that show each (`@Spec`). Made by\n`")
                .append(MEND)
                .append("`;\nthe build fails when it is out of date. A statement without a test is not shown yet.\n");
        versions.forEach((version, statements) -> {
            String prefix = version.equals("MQTT 5.0") ? "" : "3.1.1:";
            long shown = statements.stream()
                    .filter(statement -> tests.containsKey(prefix + statement.id()))
                    .count();
            text.append("\n## ")
                    .append(version)
                    .append("\n\n")
                    .append(shown)
                    .append(" of ")
                    .append(statements.size())
                    .append(" statements are shown by a test.\n\n| statement | says | shown by |\n|---|---|---|\n");
            for (Statement statement : statements) {
                text.append("| ")
                        .append(statement.id())
                        .append(" | ")
                        .append(statement.paraphrase().replace("|", "\\|"))
                        .append(" | ")
                        .append(tests.getOrDefault(prefix + statement.id(), Set.of()).stream()
                                .map(test -> "`" + test + "`")
                                .collect(Collectors.joining("<br>")))
                        .append(" |\n");
            }
        });
        return text.toString();
    }
}
