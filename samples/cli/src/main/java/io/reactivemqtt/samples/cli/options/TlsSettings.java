package io.reactivemqtt.samples.cli.options;

import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.TlsOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a connection is secured. */
final class TlsSettings {

    private static final Set<String> SECURE = Set.of("mqtts", "wss");

    @Option(
            names = {"--tls", "--tls-use-os-certs"},
            description = "Connects to --host by TLS, as mqtts:// does. So do the other options of TLS, and port 8883.")
    private boolean wanted;

    @Option(
            names = "--cafile",
            paramLabel = "FILE",
            description = "Trusts the authorities in this PEM file, in place of those that Java trusts.")
    private @Nullable Path trusted;

    @Option(
            names = "--cert",
            paramLabel = "FILE",
            description = "The certificate of this client and those that lead to its issuer, a PEM file; with --key.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "The private key of --cert, PKCS#8 in a PEM file.")
    private @Nullable Path key;

    @Option(
            names = "--insecure",
            description =
                    "Accepts a certificate of another host: whoever has a trusted one can read everything. For tests.")
    private boolean anyHost;

    @Option(
            names = {"--alpn", "--tls-alpn"},
            paramLabel = "PROTOCOL",
            description = "Offers this protocol by ALPN, such as mqtt or x-amzn-mqtt-ca.")
    private @Nullable String applicationProtocol;

    /** Tells whether any was given. */
    boolean isGiven() {
        return wanted
                || trusted != null
                || certificate != null
                || key != null
                || anyHost
                || applicationProtocol != null;
    }

    /**
     * Sets what was said.
     *
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException if the options do not go together, or {@code server} has no TLS
     */
    void apply(ClientOptions.Builder options, URI server) throws IOException {
        if (!isGiven()) {
            return;
        } else if (!SECURE.contains(server.getScheme().toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                    "--tls, --cafile, --cert, --key, --insecure and --alpn need a Server that is"
                            + " named as mqtts://host:port or wss://host:port/path");
        } else if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("--cert and --key go together");
        }
        requireReadable("--cafile", trusted);
        requireReadable("--cert", certificate);
        requireReadable("--key", key);
        options.tls(this::apply);
    }

    private void apply(TlsOptions.Builder tls) {
        if (trusted != null) {
            tls.trustedCertificates(trusted);
        }
        if (certificate != null && key != null) {
            tls.clientCertificate(certificate, key);
        }
        if (anyHost) {
            tls.insecureSkipHostnameVerification();
        }
        if (applicationProtocol != null) {
            tls.applicationProtocols(applicationProtocol);
        }
    }

    private static void requireReadable(String option, @Nullable Path file) throws IOException {
        if (file != null && !Files.isReadable(file)) {
            throw new IOException("cannot read the file of " + option + ": " + file);
        }
    }
}
