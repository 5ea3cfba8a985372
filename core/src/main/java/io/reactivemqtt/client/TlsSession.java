package io.reactivemqtt.client;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a TLS handshake has negotiated.
 *
 * @param protocol the version of TLS, such as {@code TLSv1.3}
 * @param cipherSuite its standard name, such as {@code TLS_AES_256_GCM_SHA384}
 * @param applicationProtocol the one of {@link TlsOptions#applicationProtocols} that the Server has selected by ALPN, or null
 * @param peerCertificates the certificates that the Server has sent, its own first
 */
public record TlsSession(
        String protocol,
        String cipherSuite,
        @Nullable String applicationProtocol,
        List<X509Certificate> peerCertificates) {

    public TlsSession {
        peerCertificates = List.copyOf(peerCertificates);
    }

    @Override
    public String toString() {
        return protocol + " " + cipherSuite
                + (applicationProtocol == null ? "" : ", ALPN " + applicationProtocol)
                + (peerCertificates.isEmpty()
                        ? ""
                        : ", " + peerCertificates.get(0).getSubjectX500Principal());
    }
}
