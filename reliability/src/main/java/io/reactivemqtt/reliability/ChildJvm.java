package io.reactivemqtt.reliability;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.testkit.RunningServer;
import io.reactivemqtt.testkit.TemporaryDirectory;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Child} is started: with this JVM's class path, and with an archive of classes that a first one leaves behind, which
 * halves the time that a start takes. The archive knows jars only, so directories of classes become jars first.
 */
final class ChildJvm {

    private static final long PATIENCE_SECONDS = 60;

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
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            if (entry.isEmpty()) {
                continue; // the working directory, in which nothing of ours is
            }
            entries.add(Files.isDirectory(path) ? jar(path, directory.resolve(entries.size() + ".jar")) : entry);
        }
        String classPath = String.join(File.pathSeparator, entries);
        Path archive = directory.resolve("classes.jsa");
        List<String> recording = java("-XX:ArchiveClassesAtExit=" + archive, classPath);
        recording.addAll(2, List.of("-Xlog:disable", "-Djava.io.tmpdir=" + directory));
        record(recording, directory);
        return List.copyOf(java("-XX:SharedArchiveFile=" + archive, classPath));
    }

    private static List<String> java(String archive, String classPath) {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                archive,
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                classPath,
                Child.class.getName()));
    }

    /** Runs a child that connects and ends. If it fails, there is no archive, and starts are slower. */
    private static void record(List<String> command, Path directory) throws IOException, InterruptedException {
        Cell cell = new Cell(Cell.Direction.SENDER, Qos.EXACTLY_ONCE, ProtocolVersion.MQTT_5_0);
        try (RunningServer server = RunningServer.mosquitto().orElseThrow()) {
            command.addAll(
                    new ChildOrder(cell, server.uri(), directory, 1, true, SqliteSetup.class.getName()).arguments());
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (OutputStream parent = process.getOutputStream()) {
                parent.write((Child.END + "\n").getBytes(StandardCharsets.US_ASCII));
                parent.flush();
                process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } finally {
                process.destroyForcibly();
            }
        }
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
