package io.reactivemqtt.reactor;

import io.reactivemqtt.client.TlsOptions;
import io.reactivemqtt.testkit.server.FreePort;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.TemporaryDirectory;
import io.reactivemqtt.testsupport.MutualTls;
import java.net.URI;
import java.nio.file.Path;
import java.util.stream.Stream;

/** mosquitto, reached in another way than TCP; where that is TLS, both sides show certificates, which are made for it. */
final class ReachedServer implements RunningServer {

    /** How it is reached. */
    enum Way {
        TLS,
        WEB_SOCKET,
        SECURE_WEB_SOCKET,
        UNIX_SOCKET
    }

    private final Way way;
    private final RunningServer server;
    private final MutualTls files;
    private final URI uri;

    private ReachedServer(Way way, Path directory) {
        this.way = way;
        this.files = MutualTls.in(directory, "localhost", "127.0.0.1");
        int port = FreePort.find();
        Path socket = directory.resolve("mosquitto.sock");
        String[] web = {"protocol websockets"};
        String[] lines =
                switch (way) {
                    case TLS -> files.mosquittoListener(port);
                    case WEB_SOCKET -> new String[] {"listener " + port + " 127.0.0.1", web[0]};
                    case SECURE_WEB_SOCKET ->
                        Stream.of(files.mosquittoListener(port), web)
                                .flatMap(Stream::of)
                                .toArray(String[]::new);
                    case UNIX_SOCKET -> new String[] {"listener 0 " + socket};
                };
        this.uri = URI.create(
                switch (way) {
                    case TLS -> "mqtts://localhost:" + port;
                    case WEB_SOCKET -> "ws://localhost:" + port + "/mqtt?token=canary-query";
                    case SECURE_WEB_SOCKET -> "wss://localhost:" + port + "/mqtt?token=canary-query";
                    case UNIX_SOCKET -> "mqtt+unix://" + socket;
                });
        this.server = RunningServer.mosquitto(lines).orElseThrow();
    }

    static ReachedServer start(Way way) {
        return new ReachedServer(way, TemporaryDirectory.create("reached-server-"));
    }

    /** Trusts it, and shows a certificate that it accepts. */
    void secure(TlsOptions.Builder tls) {
        tls.trustedCertificates(files.authority()).clientCertificate(files.clientChain(), files.clientKey());
    }

    /** Returns where it listens for TCP, in clear. */
    URI tcp() {
        return server.uri();
    }

    @Override
    public URI uri() {
        return uri;
    }

    @Override
    public String name() {
        return server.name() + " over " + way;
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
