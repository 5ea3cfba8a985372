package io.reactivemqtt.reactor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.lang.ArchRule;
import io.reactivemqtt.testsupport.ArchitectureRules;
import io.reactivemqtt.testsupport.Rooms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The rooms of this module, which are its packages, and who knows whom. */
class ArchitectureTest extends ArchitectureRules {

    private static final String LOOP = "engine.loop";
    private static final String TRANSPORT = "engine.transport";
    private static final String NETTY = "engine.transport.netty";
    private static final String OBSERVATION = "engine.observation";
    private static final String STATE = "engine.state";
    private static final String PUBLISH = "engine.publish";
    private static final String SUBSCRIBE = "engine.subscribe";
    private static final String CONNECTION = "engine.connection";
    private static final String ENGINE = "engine";
    private static final String REACTOR = "reactor";

    /** Which rooms each room may know. */
    private static final Map<String, Set<String>> KNOWS = Map.of(
            LOOP, Set.of(),
            TRANSPORT, Set.of(LOOP),
            NETTY, Set.of(TRANSPORT, LOOP),
            OBSERVATION, Set.of(TRANSPORT, LOOP),
            STATE, Set.of(LOOP),
            PUBLISH, Set.of(STATE, LOOP),
            SUBSCRIBE, Set.of(STATE, LOOP),
            CONNECTION, Set.of(OBSERVATION, TRANSPORT, STATE, LOOP),
            ENGINE, Set.of(PUBLISH, SUBSCRIBE, CONNECTION, OBSERVATION, STATE, TRANSPORT, LOOP),
            REACTOR, Set.of(ENGINE, PUBLISH, SUBSCRIBE, CONNECTION, OBSERVATION, STATE, TRANSPORT, NETTY, LOOP));

    private static final Rooms ROOMS = Rooms.under("io.reactivemqtt", KNOWS);

    ArchitectureTest() {
        super(ROOMS);
    }

    @Test
    void noFileIsTooLongToReadAtOnce() throws IOException {
        assertThat(Rooms.filesLongerThan(350)).isEmpty();
        assertThat(Rooms.filesLongerThan(300)).noneMatch(source -> source.endsWith("Engine.java"));
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
        rule.allowEmptyShould(true).check(ROOMS.classes());
    }

    private static String simple(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
