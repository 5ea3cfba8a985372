package io.reactivemqtt.benchmarks.sink;

import io.reactivemqtt.testkit.server.TemporaryDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The certificate of a sink, for the loopback address that lasts a day, made by the keytool of the JDK, and gone with this process. */
public final class SinkCertificate {

    /** No secret: the directory is for this user alone. */
    static final String PASSWORD = "side-by-side";

    private final Path directory = TemporaryDirectory.create("sink-certificate-");

    private SinkCertificate() {}

    /** Makes one. */
    public static SinkCertificate make() throws IOException {
        SinkCertificate made = new SinkCertificate();
        made.keytool(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "1",
                "-dname",
                "CN=sink",
                "-ext",
                "san=ip:127.0.0.1");
        made.keytool("-exportcert", "-rfc", "-file", made.certificate().toString());
        return made;
    }

    private void keytool(String... command) throws IOException {
        List<String> all = new ArrayList<>();
        all.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        all.addAll(List.of(command));
        all.addAll(List.of("-alias", "sink", "-storetype", "PKCS12", "-storepass", PASSWORD));
        all.addAll(List.of("-keystore", keyStore().toString()));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("keytool made no certificate: " + words);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Returns the PKCS#12 file with certificate and key. */
    public Path keyStore() {
        return directory.resolve("sink.p12");
    }

    /** Returns the PEM file with the certificate, for those who are to trust it. */
    public Path certificate() {
        return directory.resolve("sink.pem");
    }
}
