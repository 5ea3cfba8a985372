package io.reactivemqtt.reactor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchRule;
import io.reactivemqtt.reactor.ClassGraph.Arrow;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The rooms of this module, and who knows whom. What is not there yet stands in two lists, which may only become shorter: classes that
 * have not moved into their room, and arrows that must vanish. Both are compared as wholes, so what is done has to leave the list.
 */
class ArchitectureTest {

    private static final String ROOT = "io.reactivemqtt.";
    private static final String LOOP = "engine.loop";
    private static final String TRANSPORT = "engine.transport";
    private static final String NETTY = "engine.transport.netty";
    private static final String STATE = "engine.state";
    private static final String PUBLISH = "engine.publish";
    private static final String SUBSCRIBE = "engine.subscribe";
    private static final String CONNECTION = "engine.connection";
    private static final String ENGINE = "engine";
    private static final String REACTOR = "reactor";

    /** Of what every face shares; it is to move into the core, which all rooms know. */
    private static final String CLIENT = "client";

    /** Which rooms each room may know. */
    private static final Map<String, Set<String>> KNOWS = Map.of(
            CLIENT, Set.of(),
            LOOP, Set.of(CLIENT),
            TRANSPORT, Set.of(LOOP, CLIENT),
            NETTY, Set.of(TRANSPORT, LOOP, CLIENT),
            STATE, Set.of(LOOP, CLIENT),
            PUBLISH, Set.of(STATE, LOOP, CLIENT),
            SUBSCRIBE, Set.of(STATE, LOOP, CLIENT),
            CONNECTION, Set.of(TRANSPORT, STATE, LOOP, CLIENT),
            ENGINE, Set.of(PUBLISH, SUBSCRIBE, CONNECTION, STATE, TRANSPORT, LOOP, CLIENT),
            REACTOR, Set.of(ENGINE, PUBLISH, SUBSCRIBE, CONNECTION, STATE, TRANSPORT, NETTY, LOOP, CLIENT));

    private static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("io.reactivemqtt.reactor");
    private static final ClassGraph GRAPH = ClassGraph.of(CLASSES);

    /** Where classes belong that have not moved yet. */
    private static final Map<String, String> PLANNED = planned();

    @Test
    void everyClassHasARoom() {
        assertThat(GRAPH.classes().stream()
                        .collect(Collectors.toMap(name -> name, ArchitectureTest::room))
                        .values())
                .allMatch(KNOWS::containsKey);
    }

    @Test
    void classesThatHaveMovedAreNotPlanned() {
        assertThat(GRAPH.classes()).containsAll(PLANNED.keySet());
        PLANNED.forEach((name, room) -> assertThat(roomOfPackage(name)).as(name).isNotEqualTo(room));
    }

    @Test
    void roomsKnowOnlyThoseBelow() {
        List<String> upward = GRAPH.arrows().stream()
                .filter(arrow -> !arrow.isInside(ArchitectureTest::room))
                .filter(arrow -> !mayKnow(arrow))
                .map(Arrow::toString)
                .sorted()
                .toList();

        assertThat(String.join("\n", upward)).isEqualTo(String.join("\n", lines("arrows-to-vanish.txt")));
    }

    @Test
    void noCircleOfClassesCrossesRooms() {
        List<String> circles = GRAPH.circles().stream()
                .filter(circle ->
                        circle.stream().map(ArchitectureTest::room).distinct().count() > 1)
                .map(circle ->
                        circle.stream().map(ArchitectureTest::simple).sorted().collect(Collectors.joining(" ")))
                .sorted()
                .toList();

        assertThat(String.join("\n", circles)).isEqualTo(String.join("\n", lines("circles-to-vanish.txt")));
    }

    @Test
    void thePictureInTheDocsIsRight() throws IOException {
        Map<String, Set<String>> drawn = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("..", "docs", "architecture.md"))) {
            String[] ends = line.trim().split(" --> ", -1);
            if (ends.length == 2) {
                drawn.computeIfAbsent(ends[0], from -> new TreeSet<>()).add(ends[1]);
            }
        }
        Map<String, Set<String>> rules = new TreeMap<>();
        KNOWS.forEach((room, known) -> known.forEach(other ->
                rules.computeIfAbsent(simple(room), from -> new TreeSet<>()).add(simple(other))));

        assertThat(closure(drawn)).isEqualTo(rules);
    }

    private static Map<String, Set<String>> closure(Map<String, Set<String>> arrows) {
        Map<String, Set<String>> closure = new TreeMap<>();
        arrows.keySet().forEach(from -> closure.put(from, reached(from, arrows, new TreeSet<>())));
        return closure;
    }

    private static Set<String> reached(String from, Map<String, Set<String>> arrows, Set<String> reached) {
        for (String to : arrows.getOrDefault(from, Set.of())) {
            if (reached.add(to)) {
                reached(to, arrows, reached);
            }
        }
        return reached;
    }

    @Test
    void onlyTheFaceReturnsFluxOrMono() {
        ArchRule rule = noMethods()
                .that()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackage("io.reactivemqtt.reactor")
                .should()
                .haveRawReturnType(Flux.class)
                .orShould()
                .haveRawReturnType(Mono.class);
        rule.allowEmptyShould(true).check(CLASSES);
    }

    // ---- rooms

    private static boolean mayKnow(Arrow arrow) {
        return KNOWS.getOrDefault(room(arrow.from()), Set.of()).contains(room(arrow.to()));
    }

    private static String room(String className) {
        String planned = PLANNED.get(className);
        return planned == null ? roomOfPackage(className) : planned;
    }

    private static String roomOfPackage(String className) {
        return className.substring(ROOT.length(), className.lastIndexOf('.'));
    }

    static String simple(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static Map<String, String> planned() {
        Map<String, String> rooms = new TreeMap<>();
        for (String line : lines("planned-rooms.txt")) {
            String[] words = line.split(" ", -1);
            for (String name : List.of(words).subList(1, words.length)) {
                rooms.put(ROOT + name, words[0]);
            }
        }
        return rooms;
    }

    private static List<String> lines(String resource) {
        try (InputStream in = Objects.requireNonNull(ArchitectureTest.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
