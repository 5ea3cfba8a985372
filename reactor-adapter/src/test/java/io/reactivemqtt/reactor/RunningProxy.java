package io.reactivemqtt.reactor;

import io.reactivemqtt.testkit.server.FreePort;
import io.reactivemqtt.testkit.server.TemporaryDirectory;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real proxy on loopback: tinyproxy for HTTP, microsocks for SOCKS 5. A test without the program is not run. */
final class RunningProxy implements AutoCloseable {

    private static final int LOOKS = 500;
    private static final long LOOK_MILLIS = 10;

    private final Process process;
    private final int port;

    private RunningProxy(int port, List<String> command) throws IOException {
        this.port = port;
        this.process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        awaitListening();
    }

    /** Starts one that speaks HTTP; with {@code credentials}, user and password with a space between, it wants those. */
    static RunningProxy http(String credentials) throws IOException {
        Path program = program("tinyproxy");
        int port = FreePort.find();
        Path file = TemporaryDirectory.create("tinyproxy-").resolve("tinyproxy.conf");
        Files.write(
                file,
                List.of(
                        "Port " + port,
                        "Listen 127.0.0.1",
                        "Allow 127.0.0.1",
                        "Timeout 60",
                        credentials.isEmpty() ? "" : "BasicAuth " + credentials));
        return new RunningProxy(port, List.of(program.toString(), "-d", "-c", file.toString()));
    }

    /** Starts one that speaks SOCKS 5; with {@code credentials} as {@link #http} has them. */
    static RunningProxy socks5(String credentials) throws IOException {
        Path program = program("microsocks");
        int port = FreePort.find();
        List<String> open = List.of(program.toString(), "-i", "127.0.0.1", "-p", "" + port);
        String[] words = credentials.split(" ", -1);
        List<String> secured = words.length < 2 ? List.of() : List.of("-u", words[0], "-P", words[1]);
        return new RunningProxy(
                port, Stream.concat(open.stream(), secured.stream()).toList());
    }

    private static Path program(String name) {
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        Optional<Path> program = Stream.of(path.split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(program.isPresent(), name + " is not on the path");
        return program.orElseThrow();
    }

    private void awaitListening() throws IOException {
        for (int look = 0; look < LOOKS && process.isAlive(); look++) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException notYet) {
                try {
                    Thread.sleep(LOOK_MILLIS);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
        process.destroyForcibly();
        throw new IOException("the proxy did not start");
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
