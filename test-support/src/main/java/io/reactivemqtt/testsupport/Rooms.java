package io.reactivemqtt.testsupport;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import io.reactivemqtt.testsupport.ClassGraph.Arrow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The rooms of a module, which are its packages, which of them each may know, and what its classes do instead. */
public final class Rooms {

    private final String root;
    private final Map<String, Set<String>> knows;
    private final JavaClasses classes;
    private final ClassGraph graph;

    private Rooms(String root, Map<String, Set<String>> knows) {
        this.root = root;
        this.knows = knows;
        this.classes = new ClassFileImporter()
                .withImportOption(new DoNotIncludeTests())
                .importPackages(knows.keySet().stream()
                        .map(room -> room.isEmpty() ? root : root + "." + room)
                        .toList());
        this.graph = ClassGraph.of(classes);
    }

    /**
     * Looks at the classes of a module.
     *
     * @param root the package under which all rooms are
     * @param knows which rooms each may know, by their names under {@code root}; that of {@code root} itself is empty
     */
    public static Rooms under(String root, Map<String, Set<String>> knows) {
        return new Rooms(root, knows);
    }

    /** Returns the classes of the module, for rules of its own. */
    public JavaClasses classes() {
        return classes;
    }

    /** Returns the classes whose package has no rule. */
    public List<String> classesWithoutARoom() {
        return graph.classes().stream()
                .filter(name -> !knows.containsKey(room(name)))
                .toList();
    }

    /** Returns where a class names one of a room that its own may not know. */
    public List<Arrow> forbiddenArrows() {
        return graph.arrows().stream()
                .filter(arrow -> !room(arrow.from()).equals(room(arrow.to())))
                .filter(arrow ->
                        !knows.getOrDefault(room(arrow.from()), Set.of()).contains(room(arrow.to())))
                .toList();
    }

    /** Returns the sets of classes that lead to each other, and are in more than one room. */
    public List<Collection<String>> circlesAcrossRooms() {
        return circles().stream()
                .filter(circle -> circle.stream().map(this::room).distinct().count() > 1)
                .toList();
    }

    /** Returns the sets of classes that lead to each other. */
    public List<Collection<String>> circles() {
        return graph.circles();
    }

    /** Returns the sources of the module that have more than {@code most} lines. */
    public static List<Path> filesLongerThan(int most) throws IOException {
        List<Path> tooLong = new ArrayList<>();
        try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                if (Files.readAllLines(source).size() > most) {
                    tooLong.add(source);
                }
            }
        }
        return tooLong;
    }

    private String room(String className) {
        String packageName = className.substring(0, className.lastIndexOf('.'));
        return packageName.equals(root) ? "" : packageName.substring(root.length() + 1);
    }
}
