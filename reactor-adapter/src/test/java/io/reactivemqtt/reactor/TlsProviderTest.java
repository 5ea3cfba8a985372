package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.OpenSsl;
import io.reactivemqtt.client.TlsSession;
import io.reactivemqtt.testsupport.TestAuthority;
import io.reactivemqtt.testsupport.TestAuthority.Issued;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which TLS the tests of TLS are about: {@code netty-tcnative} in one run of them, and that of the Java runtime in the other. */
@Tag("tls")
class TlsProviderTest {

    @Test
    void theNativeTlsIsUsedWhereItIsAndNoOtherIsTold(@TempDir Path directory) throws Exception {
        boolean isNative = !Boolean.getBoolean("io.netty.handler.ssl.noOpenSsl");
        if (isNative) {
            OpenSsl.ensureAvailability();
        }
        TestAuthority authority = TestAuthority.create("the authority");
        Issued certificate = authority.issue("localhost");
        try (TlsServer server = TlsServer.start(certificate)) {
            ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(server.uri("localhost"))
                    .tls(tls -> tls.trustedCertificates(authority.writeTo(directory))));
            TlsSession session = Objects.requireNonNull(
                    Objects.requireNonNull(client.connect().block(Duration.ofSeconds(20)))
                            .tls());
            client.disconnect().block(Duration.ofSeconds(20));
            assertThat(session.protocol()).isEqualTo("TLSv1.3");
            assertThat(session.cipherSuite()).startsWith("TLS_AES_");
            assertThat(session.peerCertificates()).containsExactly(certificate.chain());
            // whose class is the one trace of the provider that the client leaves
            X509Certificate shown = session.peerCertificates().get(0);
            assertThat(shown.getClass().getName().startsWith("io.netty.")).isEqualTo(isNative);
        }
    }
}
