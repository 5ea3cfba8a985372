package io.reactivemqtt.benchmarks;

import io.reactivemqtt.benchmarks.client.ClientProcess;
import io.reactivemqtt.benchmarks.client.Peer;
import io.reactivemqtt.benchmarks.sink.SinkCertificate;
import io.reactivemqtt.benchmarks.sink.SinkServer;
import io.reactivemqtt.benchmarks.sink.Transport;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/** Starts the sink, once for each transport, on one core, and clients of it, each in a process of its own, on the other. */
final class Processes implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final int CLIENT_CORE = 0;
    private static final int SERVER_CORE = 1;

    /** What only builds have whose clients know of transports. */
    private static final String TRANSPORTS = Transport.class.getName().replace('.', '/') + ".class";

    private record Sink(Program program, String port) {}

    private final String before;
    private final Path errors;
    private final Map<Transport, Sink> sinks = new EnumMap<>(Transport.class);
    private @Nullable SinkCertificate certificate;

    /**
     * Starts nothing yet.
     *
     * @param before the class path of another build of this client
     * @param errors where the processes say what goes wrong
     */
    Processes(String before, Path errors) {
        this.before = before;
        this.errors = errors;
    }

    /** Returns the sink whose clients speak over {@code transport}. */
    Program sink(Transport transport) throws IOException {
        return started(transport).program;
    }

    private Sink started(Transport transport) throws IOException {
        Sink sink = sinks.get(transport);
        if (sink == null) {
            sink = start(transport);
            sinks.put(transport, sink);
        }
        return sink;
    }

    private Sink start(Transport transport) throws IOException {
        Program program = transport == Transport.TCP
                ? Program.start(SERVER_CORE, errors, SinkServer.class)
                : Program.start(
                        SERVER_CORE,
                        errors,
                        List.of(),
                        classPath() + File.pathSeparator + nativeTls(), // the cheapest there is, whoever the client
                        SinkServer.class,
                        transport.toString(),
                        certificate().keyStore().toString());
        return new Sink(program, program.hear());
    }

    private SinkCertificate certificate() throws IOException {
        if (certificate == null) {
            certificate = SinkCertificate.make();
        }
        return certificate;
    }

    /** Starts a client of that sink. */
    Program client(Peer peer, Transport transport) throws IOException {
        return client(peer, transport, List.of());
    }

    /** Starts a client of that sink, in a JVM with {@code options}. */
    Program client(Peer peer, Transport transport, List<String> options) throws IOException {
        String port = started(transport).port;
        String classPath = peer.isBefore() ? before : classPath();
        String name = peer.now().toString();
        if (transport == Transport.TCP) {
            return Program.start(CLIENT_CORE, errors, options, classPath, ClientProcess.class, name, HOST, port);
        }
        return Program.start(
                CLIENT_CORE,
                errors,
                options,
                transport == Transport.TLS_NATIVE ? classPath + File.pathSeparator + nativeTls() : classPath,
                ClientProcess.class,
                name,
                HOST,
                port,
                transport.toString(),
                certificate().certificate().toString());
    }

    /** Tells whether there is what {@code transport} needs, and {@code peer} knows of it. */
    boolean has(Peer peer, Transport transport) throws IOException {
        return (transport != Transport.TLS_NATIVE || hasNativeTls())
                && (transport == Transport.TCP || !peer.isBefore() || isBeforeAware());
    }

    private static boolean hasNativeTls() {
        return Files.isDirectory(nativeTlsDirectory())
                && System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64"); // of which it has the library
    }

    private boolean isBeforeAware() throws IOException {
        try (JarFile jar = new JarFile(before.split(File.pathSeparator, -1)[0])) {
            return jar.getEntry(TRANSPORTS) != null;
        }
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }

    private static String nativeTls() {
        return nativeTlsDirectory() + File.separator + "*";
    }

    /** Returns what the build has put beside the classes. */
    private static Path nativeTlsDirectory() {
        return Path.of(classPath().split(File.pathSeparator, -1)[0]).resolveSibling("tcnative");
    }

    @Override
    public void close() {
        sinks.values().forEach(sink -> sink.program.close());
    }
}
