package io.reactivemqtt.benchmarks;

import io.reactivemqtt.benchmarks.client.Peer;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** From the start of the JVM until the live page's service, {@code samples/webflux-live}, is ready and its consumers run. */
final class ServiceStart {

    /** How it is started; all of them on all cores. */
    enum Way {
        /** As it is. */
        JAR("as it is"),
        /** What Spring can know when it is built is known. */
        AHEAD_OF_TIME("with process-aot"),
        /** The classes too. */
        ARCHIVED("with process-aot and a CDS archive");

        private final String title;

        Way(String title) {
            this.title = title;
        }

        private List<String> options() {
            return switch (this) {
                case JAR -> List.of();
                case AHEAD_OF_TIME -> List.of(BUILT);
                case ARCHIVED -> List.of(BUILT, "-XX:SharedArchiveFile=" + ARCHIVE);
            };
        }

        /** Returns the name for people, and of what is measured. */
        @Override
        public String toString() {
            return "start of a service, " + title;
        }
    }

    private static final String BUILT = "-Dspring.aot.enabled=true";
    private static final String ARCHIVE = "classes.jsa";
    private static final String READY = "Started LiveApplication";

    private final Path jar;
    private final Path directory;

    private ServiceStart(Path jar, Path directory) {
        this.jar = jar;
        this.directory = directory;
    }

    /** Returns where this checkout has its service, if the build made it. */
    static Path jar() {
        Path benchmarks = Path.of(System.getProperty("java.class.path").split(File.pathSeparator, -1)[0])
                .toAbsolutePath();
        return benchmarks
                .resolveSibling(Path.of("..", "..", "samples", "webflux-live", "target", "webflux-live.jar"))
                .normalize();
    }

    static void measure(Path jar, Path directory, int rounds, Results results) throws IOException {
        ServiceStart service = new ServiceStart(jar, directory);
        service.archive();
        for (int round = 0; round < rounds; round++) {
            for (Way way : Way.values()) {
                results.add(way.toString(), Peer.OURS, service.millis(way));
            }
        }
    }

    private void archive() throws IOException {
        Process process = start(List.of(
                BUILT,
                "-Dspring.context.exit=onRefresh",
                "-XX:ArchiveClassesAtExit=" + ARCHIVE,
                "-Xlog:cds=off",
                "-Xlog:cds+dynamic=off"));
        try (BufferedReader out = process.inputReader()) {
            out.lines().forEach(line -> {});
        }
        if (!Files.exists(directory.resolve(ARCHIVE))) {
            throw new IOException("the service has made no archive of its classes");
        }
    }

    private double millis(Way way) throws IOException {
        long begin = System.nanoTime();
        Process process = start(way.options());
        List<String> said = new ArrayList<>();
        try (BufferedReader out = process.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                said.add(line);
                if (line.contains(READY)) {
                    return (System.nanoTime() - begin) / 1e6;
                }
            }
        } finally {
            end(process);
        }
        throw new IOException("the service did not start: " + String.join("\n", said));
    }

    private Process start(List<String> options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-jar", jar.toString(), "--server.port=0", "--live.directory=."));
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
    }

    private static void end(Process process) throws IOException {
        process.destroyForcibly();
        Program.awaitEnd(process);
    }
}
