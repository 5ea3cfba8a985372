package io.reactivemqtt.reliability.nemesis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs of the system; one that fails is an error with what it said. */
final class Programs {

    private static final long PATIENCE_SECONDS = 60;

    private Programs() {}

    static void run(List<String> command) throws IOException, InterruptedException {
        run(command, "");
    }

    /** Runs it with {@code input} to read, and returns what it says. */
    static String run(List<String> command, String input) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var words = process.getOutputStream()) {
            words.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command + " does not end: " + said);
        }
        if (process.exitValue() != 0) {
            throw new IOException(command + " failed: " + said);
        }
        return said;
    }

    /** Tells whether all of these can be found. */
    static boolean areThere(String... names) {
        return Stream.of(names).allMatch(name -> Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name))));
    }

    /** Sends a signal, such as {@code STOP}, to one process. */
    static void signal(Process process, String name) throws IOException, InterruptedException {
        run(List.of("kill", "-" + name, Long.toString(process.pid())));
    }

    /** Ends a process and all that it has started, with no chance to write anything down. */
    static void kill(Process process) {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle each : all) { // a database that starts again must not find the memory of this one in use
            each.onExit()
                    .completeOnTimeout(each, PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .join();
        }
    }
}
