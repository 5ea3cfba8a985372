import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes an archive of the classes that a program needs, from which a JVM takes them by mapping a file ({@code -XX:SharedArchiveFile}).
 *
 * <p>{@code java SharedArchive.java JAR ARCHIVE COMMAND...} runs the jar once with each COMMAND, a line of arguments in which {@code SERVER}
 * stands for the URI of a Server of MQTT 5.0 that runs meanwhile and answers what it has to; then it archives what these runs have loaded.
 * The archive is good for the JVM that made it, and for the jars as they are.
 */
final class SharedArchive {

    private static final int CONNECT = 1;
    private static final int PUBLISH = 3;
    private static final int SUBSCRIBE = 8;
    private static final int UNSUBSCRIBE = 10;
    private static final int PINGREQ = 12;

    private static final byte[] MESSAGE = {0x32, 7, 0, 1, 't', 0, 1, 0, 'm'};

    private SharedArchive() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path jar = Path.of(arguments[0]).toAbsolutePath();
        Path archive = Path.of(arguments[1]).toAbsolutePath();
        Path list = Path.of(archive + ".classes");
        Set<String> classes = new LinkedHashSet<>();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> accept(server), "server");
            thread.setDaemon(true);
            thread.start();
            String uri = "mqtt://127.0.0.1:" + server.getLocalPort();
            for (int i = 2; i < arguments.length; i++) {
                String command = arguments[i].replace("SERVER", uri);
                java(List.of("-XX:DumpLoadedClassList=" + list), jar, command.split(" "));
                for (String line : Files.readAllLines(list)) {
                    if (!line.contains(" source: ")) { // of a loader of its own
                        classes.add(line.replaceFirst(" id: \\d+$", "")); // which newer JVMs count in each run
                    }
                }
            }
        }
        Files.write(list, classes);
        java(List.of("-Xshare:dump", "-XX:SharedClassListFile=" + list, "-XX:SharedArchiveFile=" + archive), jar);
        Files.delete(list);
    }

    private static void java(List<String> options, Path jar, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xlog:disable", "-Xlog:all=error:stderr", "-Xlog:cds=off:stderr"));
        command.addAll(options);
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(Arrays.asList(arguments));
        int status = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("ended with status " + status + ": " + String.join(" ", command));
        }
    }

    private static void accept(ServerSocket server) {
        try {
            while (true) {
                Socket client = server.accept();
                Thread thread = new Thread(() -> serve(client), "client");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException closed) {
            return; // all commands have ended
        }
    }

    private static void serve(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
            OutputStream out = client.getOutputStream();
            for (int first = in.read(); first >= 0; first = in.read()) {
                byte[] body = in.readNBytes(remainingLength(in));
                answer(first, body, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int remainingLength(DataInputStream in) throws IOException {
        int length = 0;
        int shift = 0;
        int digit;
        do {
            digit = in.readUnsignedByte();
            length |= (digit & 0x7F) << shift;
            shift += 7;
        } while (digit >= 0x80);
        return length;
    }

    /** Accepts everything; a subscription brings a message. */
    private static void answer(int first, byte[] body, OutputStream out) throws IOException {
        switch (first >> 4) {
            case CONNECT -> out.write(new byte[] {0x20, 3, 0, 0, 0});
            case PUBLISH -> {
                int identifier = 2 + ((body[0] & 0xFF) << 8 | body[1] & 0xFF);
                if ((first & 6) != 0) { // as if it were QoS 1
                    out.write(new byte[] {0x40, 2, body[identifier], body[identifier + 1]});
                }
            }
            case SUBSCRIBE -> {
                out.write(new byte[] {(byte) 0x90, 4, body[0], body[1], 0, 1});
                out.write(MESSAGE);
            }
            case UNSUBSCRIBE -> out.write(new byte[] {(byte) 0xB0, 4, body[0], body[1], 0, 0});
            case PINGREQ -> out.write(new byte[] {(byte) 0xD0, 0});
            default -> {} // an answer, or the end
        }
    }
}
