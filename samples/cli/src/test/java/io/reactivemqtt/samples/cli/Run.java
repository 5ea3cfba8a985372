package io.reactivemqtt.samples.cli;

import io.reactivemqtt.Payload;
import io.reactivemqtt.samples.cli.terminal.Interruption;
import io.reactivemqtt.samples.cli.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One run of the command line in this JVM.
 *
 * @param status with which it would end the JVM
 * @param output the bytes of its standard output
 * @param err the lines of its standard error
 */
record Run(int status, Payload output, List<String> err) {

    /** What a run is given beside its arguments. */
    record Surroundings(Payload input, Map<String, String> environment, Interruption interruption) {
        static Surroundings empty() {
            return new Surroundings(Payload.EMPTY, Map.of(), new Interruption());
        }

        Surroundings withInput(String text) {
            return new Surroundings(Payload.utf8(text), environment, interruption);
        }

        Surroundings withPassword(String password) {
            return new Surroundings(input, Map.of("MQTT_PASSWORD", password), interruption);
        }

        Run run(String... arguments) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            StringWriter err = new StringWriter();
            Terminal terminal = new Terminal(
                    new ByteArrayInputStream(input.toByteArray()),
                    out,
                    new PrintWriter(err, true),
                    environment,
                    false,
                    interruption);
            int status = ReactiveMqttCommand.run(terminal, arguments);
            return new Run(
                    status,
                    Payload.of(out.toByteArray()),
                    err.toString().lines().toList());
        }

        CompletableFuture<Run> start(String... arguments) {
            return aside(() -> run(arguments));
        }
    }

    /** Begins {@code work} on a thread of its own: it may last as long as the test, and a pool may have one thread. */
    static <T> CompletableFuture<T> aside(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> {
            Thread thread = new Thread(task, "aside");
            thread.setDaemon(true);
            thread.start();
        });
    }

    static Run of(String... arguments) {
        return Surroundings.empty().run(arguments);
    }

    String text() {
        return output.asUtf8();
    }

    List<String> out() {
        return text().lines().toList();
    }
}
