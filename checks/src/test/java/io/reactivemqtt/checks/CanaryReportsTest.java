package io.reactivemqtt.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reactivemqtt.testsupport.Canaries;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No test of any module has printed a secret, on either stream or in a failure, and none was logged, by whatever logger at whatever
 * level: the reports of the build that runs this, and the transcripts of its tests' loggers, are searched for the canaries of tests.
 * This module is built last.
 */
class CanaryReportsTest {

    private static final Path ROOT = Path.of("..");

    /** Set where all modules have run before, so that a report that is missing is a mistake. */
    private static final boolean ALL_HAVE_RUN = System.getenv("REACTIVE_MQTT_ALL_TESTS") != null;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void noReportOfAnyModuleHasACanary() throws IOException {
        List<Path> modules = modules();
        assertThat(modules).hasSizeGreaterThan(10);
        List<Path> without = modules.stream()
                .filter(module -> !Files.isDirectory(reportsOf(module)))
                .toList();
        if (ALL_HAVE_RUN) {
            assertThat(without).isEmpty();
        }
        assumeTrue(without.isEmpty(), "not all modules were tested before");
        for (Path module : modules) {
            assertThat(canaries(reportsOf(module))).as(module.toString()).isEmpty();
        }
    }

    @Test
    void noTranscriptOfAnyModuleHasACanary() throws IOException {
        for (Path module : modules()) {
            Path transcripts = transcriptsOf(module);
            if (Files.isDirectory(transcripts)) {
                assertThat(canaries(transcripts)).as(module.toString()).isEmpty();
            }
        }
    }

    /** Without which there would be nothing in them to find. */
    @Test
    void theTranscriptsOfTestsThatHaveSecretsAreOfAllLoggersAtTheirFinest() throws IOException {
        assumeTrue(ALL_HAVE_RUN, "not all tests have run before");
        Path transcripts = transcriptsOf(ROOT.resolve("reactor-adapter"));
        assertThat(missing(
                        transcripts.resolve("tests.log"),
                        "io.reactivemqtt.client FINER: end to end: sent Connect[",
                        "io.reactivemqtt.client FINER: authenticated: sent Auth[",
                        "reactor.core.publisher.Hooks FINE: ",
                        "io.netty.handler.codec.http.websocketx.WebSocket08FrameEncoder FINEST: "))
                .isEmpty();
        assertThat(missing(transcripts.resolve("tcnative.log"), "io.netty.handler.ssl.OpenSsl FINE: "))
                .isEmpty();
        assertThat(missing(transcriptsOf(ROOT.resolve("rxjava-adapter")).resolve("tests.log"), "reactor.netty."))
                .isEmpty();
    }

    private static List<String> missing(Path transcript, String... parts) throws IOException {
        String text = text(transcript); // too long to be shown
        return Stream.of(parts).filter(part -> !text.contains(part)).toList();
    }

    /** Returns the modules that have tests, but for this one, whose report is not written yet. */
    private static List<Path> modules() throws IOException {
        try (Stream<Path> files = Files.find(
                ROOT, 3, (file, attributes) -> file.getFileName().toString().equals("pom.xml"))) {
            return files.map(file -> file.resolveSibling(""))
                    .filter(module -> Files.isDirectory(module.resolve("src/test/java")))
                    .filter(module -> !module.endsWith("checks") && !module.startsWith(ROOT.resolve("consumers")))
                    .sorted()
                    .toList();
        }
    }

    private static Path reportsOf(Path module) {
        return module.resolve("target/surefire-reports");
    }

    private static Path transcriptsOf(Path module) {
        return module.resolve("target/transcripts");
    }

    private static List<String> canaries(Path reports) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(reports)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Canaries.in(file.toString().endsWith(".xml") ? said(file) : text(file))
                        .forEach(canary -> found.add(file + ": " + canary));
            }
        }
        return found;
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    /** Returns what was printed and thrown; the name of a test may say what a canary is for. */
    private static String said(Path report) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        StringBuilder said = new StringBuilder();
        try (InputStream in = Files.newInputStream(report)) {
            XMLStreamReader reader = factory.createXMLStreamReader(in);
            while (reader.hasNext()) {
                reader.next();
                if (reader.isCharacters()) {
                    said.append(reader.getText());
                } else if (reader.isStartElement() && reader.getAttributeValue(null, "message") != null) {
                    said.append(reader.getAttributeValue(null, "message")).append('\n');
                }
            }
        } catch (XMLStreamException e) {
            throw new IOException(report + " is no XML", e);
        }
        return said.toString();
    }

    private List<String> canariesOf(String name, String report) throws IOException {
        Files.writeString(directory.resolve(name), report);
        return canaries(directory);
    }

    private static String caseWith(String inside) {
        return "<testsuite><testcase name=\"canary-name\">" + inside + "</testcase></testsuite>";
    }

    @Test
    void whatIsPrintedOrThrownIsFound() throws IOException {
        assertThat(canariesOf("1.xml", caseWith("<system-out><![CDATA[a\ncanary-x]]></system-out>")))
                .hasSize(1);
        assertThat(canariesOf("2.xml", caseWith("<system-err>b &lt;canary-x&gt;</system-err>")))
                .hasSize(2);
        assertThat(canariesOf("3.xml", caseWith("<failure message=\"is canary-x\">trace</failure>")))
                .hasSize(3);
        assertThat(canariesOf("4.txt", "java.io.IOException: canary-x")).hasSize(4);
        assertThat(canariesOf("tests.log", "a.logger FINEST: canary-x")).hasSize(5);
    }

    @Test
    void theNameOfATestIsNotFound() throws IOException {
        assertThat(canariesOf("1.xml", caseWith("<system-out>nothing</system-out>")))
                .isEmpty();
    }
}
