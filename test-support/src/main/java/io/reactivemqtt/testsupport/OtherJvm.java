package io.reactivemqtt.testsupport;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Processes beside that of a test: of the same Java, with the same class path. */
public final class OtherJvm {

    private OtherJvm() {}

    /** Returns what starts the {@code main} of a class; its errors are shown where those of the test are. */
    public static ProcessBuilder running(Class<?> program, String... arguments) {
        return running(List.of(), program, arguments);
    }

    /** As {@link #running(Class, String...)}, with options of the JVM. */
    public static ProcessBuilder running(List<String> options, Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /** Sends a signal, such as {@code STOP} or {@code CONT}. */
    public static void signal(long process, String name) throws IOException, InterruptedException {
        int status =
                new ProcessBuilder("kill", "-" + name, "" + process).start().waitFor();
        if (status != 0) {
            throw new IOException("kill has ended with " + status);
        }
    }
}
