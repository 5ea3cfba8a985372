package io.reactivemqtt.reactor;

import io.reactivemqtt.client.TlsOptions;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testsupport.MutualTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** mosquitto, reached through a listener for TLS that requires a client certificate; all certificates are made for it. */
final class SecureServer implements RunningServer {

    private final RunningServer server;
    private final int port;
    private final MutualTls files;

    private SecureServer(Path directory) throws IOException {
        files = MutualTls.in(directory, "localhost", "127.0.0.1");
        port = freePort();
        server = RunningServer.mosquitto(files.mosquittoListener(port)).orElseThrow();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static SecureServer create() {
        try {
            return new SecureServer(Files.createTempDirectory("secure-server-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Trusts it, and shows a certificate that it accepts. */
    void secure(TlsOptions.Builder tls) {
        tls.trustedCertificates(files.authority()).clientCertificate(files.clientChain(), files.clientKey());
    }

    @Override
    public URI uri() {
        return URI.create("mqtts://localhost:" + port);
    }

    @Override
    public String name() {
        return server.name() + " over TLS";
    }

    @Override
    public boolean keepsSessions() {
        return server.keepsSessions();
    }

    @Override
    public void stop() {
        server.stop();
    }

    @Override
    public void kill() {
        server.kill();
    }

    @Override
    public void start() {
        server.start();
    }

    @Override
    public void close() {
        server.close();
    }
}
