package io.reactivemqtt.samples;

import io.reactivemqtt.testkit.server.TemporaryDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A certificate for localhost that lasts a day, made by the keytool of the JDK, and gone with this process. */
final class OwnCertificate {

    private static final String PASSWORD_VARIABLE = "QUICKSTART_STORE_PASSWORD"; // others see a command line

    private final Path directory = TemporaryDirectory.create("quickstart-");
    private final String password = UUID.randomUUID().toString();

    private OwnCertificate() {}

    static OwnCertificate make() throws IOException, InterruptedException {
        OwnCertificate made = new OwnCertificate();
        made.keytool(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "1",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost");
        made.keytool("-exportcert", "-rfc", "-file", made.certificate().toString());
        return made;
    }

    private void keytool(String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>();
        all.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        all.addAll(List.of(command));
        all.addAll(List.of(
                "-alias",
                "server",
                "-storetype",
                "PKCS12",
                "-keystore",
                keyStore().toString()));
        all.addAll(List.of("-storepass:env", PASSWORD_VARIABLE));
        ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
        builder.environment().put(PASSWORD_VARIABLE, password);
        Process process = builder.start();
        String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("keytool made no certificate: " + words);
        }
    }

    /** Returns the PKCS#12 file with certificate and key. */
    Path keyStore() {
        return directory.resolve("server.p12");
    }

    /** Returns the password of {@link #keyStore}. */
    String password() {
        return password;
    }

    /** Returns the PEM file with the certificate, for those who are to trust it. */
    Path certificate() {
        return directory.resolve("server.pem");
    }
}
