package io.reactivemqtt.testsupport;

import io.reactivemqtt.testsupport.TestAuthority.Issued;
import java.nio.file.Path;

/** The files of a Server on loopback that requires a client certificate, and of a client that it accepts. */
public final class MutualTls {

    private final Path authority;
    private final Path serverChain;
    private final Path serverKey;
    private final Path clientChain;
    private final Path clientKey;

    private MutualTls(Path directory, String... hosts) {
        TestAuthority issuer = TestAuthority.create("the authority");
        Issued server = issuer.issue(hosts);
        Issued client = issuer.issue("a client");
        authority = issuer.writeTo(directory);
        serverChain = server.writeChainTo(directory.resolve("server.pem"));
        serverKey = server.writeKeyTo(directory.resolve("server.key"));
        clientChain = client.writeChainTo(directory.resolve("client.pem"));
        clientKey = client.writeKeyTo(directory.resolve("client.key"));
    }

    /** Makes them in {@code directory}, for a Server whose certificate is for {@code hosts}. */
    public static MutualTls in(Path directory, String... hosts) {
        return new MutualTls(directory, hosts);
    }

    /** Returns the lines of mosquitto's configuration that make it listen for TLS on {@code port}. */
    public String[] mosquittoListener(int port) {
        return new String[] {
            "listener " + port + " 127.0.0.1",
            "cafile " + authority,
            "certfile " + serverChain,
            "keyfile " + serverKey,
            "require_certificate true"
        };
    }

    /** Returns the certificate of the authority. */
    public Path authority() {
        return authority;
    }

    /** Returns the certificate of the client and its issuer's. */
    public Path clientChain() {
        return clientChain;
    }

    /** Returns the private key of the client. */
    public Path clientKey() {
        return clientKey;
    }
}
