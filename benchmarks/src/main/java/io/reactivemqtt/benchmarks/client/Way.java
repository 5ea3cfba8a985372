package io.reactivemqtt.benchmarks.client;

import io.netty.handler.ssl.OpenSsl;
import io.reactivemqtt.benchmarks.sink.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * The way of a client to the Server.
 *
 * @param trusted the PEM file with the certificate of the Server; not read without TLS
 */
record Way(Transport transport, Path trusted) {

    static final String WEB_SOCKET_PATH = "mqtt";

    /** Nothing but TCP. */
    static final Way TCP = new Way(Transport.TCP, Path.of(""));

    /** Refuses what would be measured under a false name: without tcnative, Netty takes the TLS of the JDK. */
    Way {
        if (transport.isSecure() && OpenSsl.isAvailable() != (transport == Transport.TLS_NATIVE)) {
            throw new IllegalStateException(
                    transport.title() + ", but tcnative is " + (OpenSsl.isAvailable() ? "" : "not ") + "there");
        }
    }

    /** Returns the URI of a Server. */
    String uri(String host, int port) {
        String authority = "://" + host + ":" + port;
        return switch (transport) {
            case TCP -> "mqtt" + authority;
            case TLS, TLS_NATIVE -> "mqtts" + authority;
            case WEB_SOCKET -> "ws" + authority + "/" + WEB_SOCKET_PATH;
        };
    }

    /** Returns what trusts the Server and nobody else. */
    TrustManagerFactory trust() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream file = Files.newInputStream(trusted)) {
            store.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(file));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }
}
