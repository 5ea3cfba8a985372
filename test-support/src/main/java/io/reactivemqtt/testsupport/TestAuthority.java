package io.reactivemqtt.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A certificate authority for tests; what it issues is as good, or as bad, as the test asks for, and expires in a day. */
public final class TestAuthority {

    private static final Duration DAY = Duration.ofDays(1);

    private final KeyPair keys = newKeys();
    private final X500Name name;
    private final X509Certificate certificate;

    private TestAuthority(String name) {
        this.name = new X500Name("CN=" + name);
        this.certificate = sign(
                this.name,
                this.name,
                keys,
                keys,
                Instant.now().minus(DAY),
                Instant.now().plus(DAY),
                true,
                null);
    }

    /** Makes one that nobody trusts yet. */
    public static TestAuthority create(String name) {
        return new TestAuthority(name);
    }

    /** Returns its certificate. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** Writes its certificate to a PEM file in {@code directory}. */
    public Path writeTo(Path directory) {
        return write(
                directory.resolve("authority-" + serial(certificate) + ".pem"),
                pem("CERTIFICATE", encoded(certificate)));
    }

    /** Issues a certificate for hosts: names, or addresses if they begin with a digit. */
    public Issued issue(String... hosts) {
        return issue(Instant.now().minus(DAY), Instant.now().plus(DAY), hosts);
    }

    /** Issues a certificate that holds in a time of the test's choice. */
    public Issued issue(Instant notBefore, Instant notAfter, String... hosts) {
        List<GeneralName> names = new ArrayList<>();
        for (String host : hosts) {
            int kind = Character.isDigit(host.charAt(0)) ? GeneralName.iPAddress : GeneralName.dNSName;
            names.add(new GeneralName(kind, host));
        }
        KeyPair issued = newKeys();
        GeneralNames alternatives = names.isEmpty() ? null : new GeneralNames(names.toArray(GeneralName[]::new));
        X500Name subject = new X500Name("CN=" + (hosts.length == 0 ? "nobody" : hosts[0]));
        return new Issued(
                sign(name, subject, keys, issued, notBefore, notAfter, false, alternatives),
                certificate,
                issued.getPrivate());
    }

    /** Returns a certificate for {@code host} that nobody has signed but its owner. */
    public static Issued selfSigned(String host) {
        KeyPair keys = newKeys();
        X500Name name = new X500Name("CN=" + host);
        X509Certificate certificate = sign(
                name,
                name,
                keys,
                keys,
                Instant.now().minus(DAY),
                Instant.now().plus(DAY),
                false,
                new GeneralNames(new GeneralName(GeneralName.dNSName, host)));
        return new Issued(certificate, certificate, keys.getPrivate());
    }

    /** Returns the hash of the public key of {@code certificate}, as a pin. */
    public static String pinOf(X509Certificate certificate) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(certificate.getPublicKey().getEncoded());
            return "sha256/" + Base64.getEncoder().encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate sign(
            X500Name issuer,
            X500Name subject,
            KeyPair by,
            KeyPair of,
            Instant notBefore,
            Instant notAfter,
            boolean authority,
            @Nullable GeneralNames alternatives) {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    new BigInteger(64, new SecureRandom()).setBit(63),
                    Date.from(notBefore),
                    Date.from(notAfter),
                    subject,
                    of.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (alternatives != null) {
                builder.addExtension(Extension.subjectAlternativeName, false, alternatives);
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by.getPrivate())));
        } catch (CertIOException | CertificateException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String serial(X509Certificate certificate) {
        return certificate.getSerialNumber().toString(16);
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + type + "-----\n";
    }

    private static Path write(Path file, String content) {
        try {
            return Files.write(file, content.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A certificate, its issuer's, and its key. */
    public static final class Issued {
        private final X509Certificate certificate;
        private final X509Certificate issuer;
        private final PrivateKey key;

        private Issued(X509Certificate certificate, X509Certificate issuer, PrivateKey key) {
            this.certificate = certificate;
            this.issuer = issuer;
            this.key = key;
        }

        /** Returns the certificate. */
        public X509Certificate certificate() {
            return certificate;
        }

        /** Returns the certificate and its issuer's. */
        public X509Certificate[] chain() {
            return certificate.equals(issuer)
                    ? new X509Certificate[] {certificate}
                    : new X509Certificate[] {certificate, issuer};
        }

        /** Returns the private key. */
        public PrivateKey key() {
            return key;
        }

        /** Returns the hash of its public key, as a pin. */
        public String pin() {
            return pinOf(certificate);
        }

        /** Writes the chain to a PEM file. */
        public Path writeChainTo(Path file) {
            return write(file, pem("CERTIFICATE", encoded(certificate)) + pem("CERTIFICATE", encoded(issuer)));
        }

        /** Writes the key to a PEM file, in clear. */
        public Path writeKeyTo(Path file) {
            return write(file, pem("PRIVATE KEY", key.getEncoded()));
        }

        /** Writes the key to a PEM file, as PKCS#8 encrypted with {@code password}. */
        public Path writeKeyTo(Path file, String password) {
            try {
                String algorithm = "PBEWithHmacSHA256AndAES_256";
                SecretKey secret =
                        SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray()));
                byte[] salt = new byte[16];
                byte[] vector = new byte[16];
                new SecureRandom().nextBytes(salt);
                new SecureRandom().nextBytes(vector);
                Cipher cipher = Cipher.getInstance(algorithm);
                cipher.init(
                        Cipher.ENCRYPT_MODE, secret, new PBEParameterSpec(salt, 10_000, new IvParameterSpec(vector)));
                EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(
                        new AlgorithmIdentifier(
                                PKCSObjectIdentifiers.id_PBES2,
                                ASN1Primitive.fromByteArray(
                                        cipher.getParameters().getEncoded())),
                        cipher.doFinal(key.getEncoded()));
                return write(file, pem("ENCRYPTED PRIVATE KEY", encrypted.getEncoded()));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Writes chain and key to a PKCS#12 file. */
        public Path writeKeyStoreTo(Path file, String password) {
            try {
                KeyStore store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                store.setKeyEntry("key", key, password.toCharArray(), chain());
                try (var out = Files.newOutputStream(file)) {
                    store.store(out, password.toCharArray());
                }
                return file;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
