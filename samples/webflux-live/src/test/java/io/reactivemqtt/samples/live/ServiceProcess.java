package io.reactivemqtt.samples.live;

import io.reactivemqtt.testkit.server.FreePort;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The service in a process of its own, without measuring devices. */
final class ServiceProcess implements AutoCloseable {

    private static final int TRIES = 600;
    private static final int LAST_LINES = 30;

    private final Process process;
    private final Browser browser;

    private final int port;

    private ServiceProcess(Process process, int port) {
        this.process = process;
        this.port = port;
        this.browser = new Browser(port);
    }

    /**
     * Starts it over what an earlier one has left in {@code directory}, and waits until it is connected.
     *
     * @param arguments further ones
     */
    static ServiceProcess start(URI server, Path directory, String... arguments)
            throws IOException, InterruptedException {
        int port = FreePort.find();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LiveApplication.class.getName(),
                "--server.port=" + port,
                "--live.server=" + server,
                "--live.directory=" + directory,
                "--live.interval=1h",
                "--reactive-mqtt.client-id=" + directory.getFileName(),
                "--reactive-mqtt.startup=require"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("service.log").toFile()))
                .start();
        ServiceProcess service = new ServiceProcess(process, port);
        for (int i = 0; i < TRIES && process.isAlive(); i++) {
            try {
                if (service.browser.get("/actuator/health").statusCode() == 200) {
                    return service;
                }
            } catch (IOException notYet) {
                // it starts
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        service.close();
        List<String> said = Files.readAllLines(directory.resolve("service.log"));
        throw new IOException("the service did not start: "
                + String.join("\n", said.subList(Math.max(0, said.size() - LAST_LINES), said.size())));
    }

    int port() {
        return port;
    }

    Browser browser() {
        return browser;
    }

    /** Ends it as a machine does that loses its power. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Asks it to leave, and waits until it has. */
    void terminate() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join(); // else it writes into directories that are deleted
    }
}
