package io.reactivemqtt.reliability;

import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.TemporaryDirectory;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Child} is started: with this JVM's class path, and with an archive of classes that a first one leaves behind, which
 * halves the time that a start takes. The archive knows jars only, so directories of classes become jars first.
 */
final class ChildJvm {

    private static final Duration SHORT_LIFE = Duration.ofMillis(300);
    private static final int MESSAGES = 20;

    private static @Nullable List<String> command;

    private ChildJvm() {}

    /** Returns the command, up to the arguments of {@link Child}. The first call takes some seconds. */
    static synchronized List<String> command() {
        List<String> known = command;
        if (known == null) {
            try {
                known = prepare();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
            command = known;
        }
        return known;
    }

    private static List<String> prepare() throws IOException, InterruptedException {
        Path directory = TemporaryDirectory.create("reliability-classes-");
        List<String> flags = new ArrayList<>(List.of(
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-XX:-UsePerfData", // a killed process would leave its file behind
                "-Dio.netty.jfr.enabled=false")); // no flight is recorded, and asking for it costs a quarter of a start
        flags.addAll(NativeLibraries.copyTo(directory));
        flags.addAll(List.of("-cp", classPath(directory)));
        Path archive = directory.resolve("classes.jsa");
        record(java(flags), java(flags, "-XX:ArchiveClassesAtExit=" + archive, "-Xlog:disable"), directory);
        return java(flags, "-XX:SharedArchiveFile=" + archive);
    }

    private static List<String> java(List<String> flags, String... ofTheArchive) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(ofTheArchive));
        command.addAll(flags);
        command.add(Child.class.getName());
        return List.copyOf(command);
    }

    /** Runs two processes that do all that there is to do: the first is killed, for recovery has its classes too. */
    private static void record(List<String> plain, List<String> recording, Path directory)
            throws IOException, InterruptedException {
        try (RunningServer server = RunningServer.mosquitto().orElseThrow();
                PlainClient publisher = PlainClient.connect(server.uri(), "publisher");
                ChildProcess first = ChildProcess.start(plain, order(server, directory, 1))) {
            first.awaitWork();
            publish(publisher);
            first.killAfter(SHORT_LIFE);
            try (ChildProcess second = ChildProcess.start(recording, order(server, directory, 2))) {
                second.awaitWork();
                publish(publisher);
                second.end();
            }
        }
    }

    private static ChildOrder order(RunningServer server, Path directory, int run) {
        return new ChildOrder(Cell.all(), server.uri(), directory, run, false, SqliteSetup.class.getName());
    }

    private static void publish(PlainClient publisher) throws IOException {
        for (Cell cell : Cell.all()) {
            if (cell.direction().isReceiver()) {
                for (int id = 1; id <= MESSAGES; id++) {
                    publisher.publish(cell.topic(), Integer.toString(id));
                }
            }
        }
    }

    private static String classPath(Path directory) throws IOException {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            if (entry.isEmpty()) {
                continue; // the working directory, in which nothing of ours is
            }
            entries.add(Files.isDirectory(path) ? jar(path, directory.resolve(entries.size() + ".jar")) : entry);
        }
        return String.join(File.pathSeparator, entries);
    }

    private static String jar(Path classes, Path target) throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(target));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = classes.relativize(file).toString().replace(File.separatorChar, '/');
                if (!name.toUpperCase(Locale.ROOT).equals("META-INF/MANIFEST.MF")) {
                    jar.putNextEntry(new JarEntry(name));
                    Files.copy(file, jar);
                }
            }
        }
        return target.toString();
    }
}
