package io.reactivemqtt.reliability.nemesis;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A mosquitto on a machine of the network. It keeps its state in memory, and writes it to a file when it is told to: there is no
 * setting by which a message is in the file before it is acknowledged. So it is told to, just before it is killed.
 */
final class Mosquitto implements AutoCloseable {

    /** The system property that has it log all that it hears and says. */
    static final String TRACE = "reliability.trace";

    private static final int PORT = 1883;
    private static final String INODE = "unix:ino";
    private static final int TRIES = 1_000;
    private static final int PAUSE_MILLIS = 10;

    private final Network network;
    private final String machine;
    private final Path directory;
    private @Nullable Process process;

    Mosquitto(Network network, String machine, Path directory) {
        this.network = network;
        this.machine = machine;
        this.directory = directory;
    }

    URI uri() {
        return URI.create("mqtt://" + network.address(machine) + ":" + PORT);
    }

    void start() throws IOException, InterruptedException {
        Path options = directory.resolve("mosquitto.conf");
        Files.writeString(
                options,
                String.join(
                        "\n",
                        "user root", // it could not write its file otherwise
                        "listener " + PORT,
                        "allow_anonymous true",
                        "set_tcp_nodelay true",
                        "max_queued_messages 0",
                        "persistence true",
                        "autosave_interval 0",
                        "persistence_location " + directory + "/",
                        "log_dest file " + directory.resolve("mosquitto.log"),
                        "log_type " + (Boolean.getBoolean(TRACE) ? "all" : "notice"),
                        ""));
        process = new ProcessBuilder(network.on(machine, List.of("mosquitto", "-c", options.toString())))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("mosquitto-output.log").toFile()))
                .start();
        for (int i = 0; i < TRIES && process.isAlive(); i++) {
            try {
                new Socket(network.address(machine), PORT).close();
                return;
            } catch (IOException notYet) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
        throw new IOException("mosquitto does not start: see " + directory);
    }

    /** Has it write down all that it knows, and kills it at once. */
    void saveAndKill() throws IOException, InterruptedException {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("mosquitto does not run");
        }
        Path file = directory.resolve("mosquitto.db");
        Object before = Files.exists(file) ? Files.getAttribute(file, INODE) : "";
        Programs.signal(running, "USR1");
        for (int i = 0; i < TRIES; i++) {
            if (Files.exists(file)
                    && !Files.getAttribute(file, INODE).equals(before)) { // it is renamed when it is whole
                Programs.kill(running);
                return;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        throw new IOException("mosquitto does not save its state: see " + directory);
    }

    @Override
    public void close() {
        if (process != null) {
            Programs.kill(process);
        }
    }
}
