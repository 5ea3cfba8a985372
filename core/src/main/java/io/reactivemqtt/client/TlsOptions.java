package io.reactivemqtt.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How {@code mqtts} secures the connection: whom the client trusts, and how it proves who it is. Immutable. {@link #toString}
 * contains no secrets.
 *
 * <p>Files are read again for each attempt to connect, so that a renewed certificate is used without a restart.
 */
public final class TlsOptions {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    /** Letters, also those of other alphabets than English, digits and hyphens, between dots. */
    private static final String SERVER_NAME = "[\\p{L}\\p{M}\\p{N}-]+(?:\\.[\\p{L}\\p{M}\\p{N}-]+)*";

    private static final String PIN = "sha256/[A-Za-z0-9+/]{43}=";

    /** Trusts whom the Java runtime trusts, verifies the host name, and shows no certificate. */
    public static final TlsOptions DEFAULT = builder().build();

    private final List<Path> trustedCertificates;
    private final @Nullable Path certificateChain;
    private final @Nullable Path privateKey;
    private final @Nullable Path keyStore;
    private final @Nullable String secret;
    private final boolean hostnameVerified;
    private final List<String> pins;
    private final @Nullable String serverName;
    private final List<String> applicationProtocols;
    private final List<String> versions;
    private final List<String> cipherSuites;
    private final Duration handshakeTimeout;
    private final @Nullable ServerCertificateCheck serverCertificateCheck;

    private TlsOptions(Builder values) {
        this.trustedCertificates = List.copyOf(values.trustedCertificates);
        this.certificateChain = values.certificateChain;
        this.privateKey = values.privateKey;
        this.keyStore = values.keyStore;
        this.secret = values.secret;
        this.hostnameVerified = values.hostnameVerified;
        this.pins = List.copyOf(values.pins);
        this.serverName = values.serverName;
        this.applicationProtocols = List.copyOf(values.applicationProtocols);
        this.versions = List.copyOf(values.versions);
        this.cipherSuites = List.copyOf(values.cipherSuites);
        this.handshakeTimeout = values.handshakeTimeout;
        this.serverCertificateCheck = values.serverCertificateCheck;
    }

    /** Starts options with their defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts options with the values of these. */
    public Builder mutate() {
        return new Builder(this);
    }

    /** Returns the files with the certificates that are trusted; empty: those that the Java runtime trusts. */
    public List<Path> trustedCertificates() {
        return trustedCertificates;
    }

    /** Returns the PEM file with the certificate of the client and those that lead to its issuer, or null. */
    public @Nullable Path certificateChain() {
        return certificateChain;
    }

    /** Returns the PEM file with the private key of that certificate, or null. */
    public @Nullable Path privateKey() {
        return privateKey;
    }

    /** Returns the PKCS#12 file with certificate and key of the client, or null. */
    public @Nullable Path keyStore() {
        return keyStore;
    }

    /** Returns the password of {@link #privateKey} or {@link #keyStore}, or null. */
    public @Nullable String keyPassword() {
        return secret;
    }

    /** Returns whether the certificate of the Server has to be for its host; true but for tests. */
    public boolean isHostnameVerified() {
        return hostnameVerified;
    }

    /** Returns the public keys of which the certificate of the Server has to have one; empty: any. */
    public List<String> pins() {
        return pins;
    }

    /** Returns the Server Name Indication, or null: the host. */
    public @Nullable String serverName() {
        return serverName;
    }

    /** Returns the protocols that are offered by ALPN; empty: none. */
    public List<String> applicationProtocols() {
        return applicationProtocols;
    }

    /** Returns the versions of TLS that are offered. */
    public List<String> versions() {
        return versions;
    }

    /** Returns the cipher suites that are offered; empty: those of the TLS implementation. */
    public List<String> cipherSuites() {
        return cipherSuites;
    }

    /** Returns how long the handshake may take. */
    public Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    /** Returns what decides after the handshake, or null. */
    public @Nullable ServerCertificateCheck serverCertificateCheck() {
        return serverCertificateCheck;
    }

    @Override
    public String toString() {
        return "TlsOptions[trustedCertificates=" + (trustedCertificates.isEmpty() ? "system" : trustedCertificates)
                + ", clientCertificate=" + (keyStore != null ? keyStore : certificateChain)
                + (hostnameVerified ? "" : ", HOST NAME NOT VERIFIED") + ", pins=" + pins.size() + ", versions="
                + versions
                + (applicationProtocols.isEmpty() ? "" : ", ALPN " + applicationProtocols) + "]";
    }

    /** Collects the options. Not thread-safe. */
    public static final class Builder {
        private List<Path> trustedCertificates = List.of();
        private @Nullable Path certificateChain;
        private @Nullable Path privateKey;
        private @Nullable Path keyStore;
        private @Nullable String secret;
        private boolean hostnameVerified = true;
        private List<String> pins = List.of();
        private @Nullable String serverName;
        private List<String> applicationProtocols = List.of();
        private List<String> versions = List.of("TLSv1.3", "TLSv1.2");
        private List<String> cipherSuites = List.of();
        private Duration handshakeTimeout = DEFAULT_TIMEOUT;
        private @Nullable ServerCertificateCheck serverCertificateCheck;

        private Builder() {}

        private Builder(TlsOptions other) {
            this.trustedCertificates = other.trustedCertificates;
            this.certificateChain = other.certificateChain;
            this.privateKey = other.privateKey;
            this.keyStore = other.keyStore;
            this.secret = other.secret;
            this.hostnameVerified = other.hostnameVerified;
            this.pins = other.pins;
            this.serverName = other.serverName;
            this.applicationProtocols = other.applicationProtocols;
            this.versions = other.versions;
            this.cipherSuites = other.cipherSuites;
            this.handshakeTimeout = other.handshakeTimeout;
            this.serverCertificateCheck = other.serverCertificateCheck;
        }

        /**
         * Sets PEM files with the certificates of authorities that are trusted, in place of those that the Java runtime trusts;
         * default: those of the Java runtime.
         */
        public Builder trustedCertificates(Path... pem) {
            this.trustedCertificates = List.of(Objects.requireNonNull(pem, "pem"));
            return this;
        }

        /** Sets the certificate of the client, as {@link #clientCertificate(Path, Path, String)} does, with a key in clear. */
        public Builder clientCertificate(Path chain, Path key) {
            return clientKey(Objects.requireNonNull(chain, "chain"), Objects.requireNonNull(key, "key"), null, null);
        }

        /**
         * Sets the certificate of the client.
         *
         * @param chain a PEM file: its certificate, and those that lead to its issuer
         * @param key a PEM file: its private key as PKCS#8
         * @param keyPassword the password of the key
         */
        public Builder clientCertificate(Path chain, Path key, String keyPassword) {
            return clientKey(
                    Objects.requireNonNull(chain, "chain"),
                    Objects.requireNonNull(key, "key"),
                    null,
                    Objects.requireNonNull(keyPassword, "keyPassword"));
        }

        /** Sets the certificate of the client and its key to those in a PKCS#12 file with {@code password}. */
        public Builder clientKeyStore(Path pkcs12, String password) {
            return clientKey(
                    null, null, Objects.requireNonNull(pkcs12, "pkcs12"), Objects.requireNonNull(password, "password"));
        }

        private Builder clientKey(
                @Nullable Path chain, @Nullable Path key, @Nullable Path store, @Nullable String password) {
            this.certificateChain = chain;
            this.privateKey = key;
            this.keyStore = store;
            this.secret = password;
            return this;
        }

        /**
         * Accepts a Server whose certificate is for another host, so that whoever has any trusted certificate can read and change
         * everything. For tests.
         */
        public Builder insecureSkipHostnameVerification() {
            this.hostnameVerified = false;
            return this;
        }

        /**
         * Accepts only Servers whose certificate has one of these public keys; it has to be trusted too.
         *
         * @param keys each {@code sha256/} and the Base64 form of the SHA-256 hash of a SubjectPublicKeyInfo
         * @throws IllegalArgumentException if one has another form
         */
        public Builder pins(String... keys) {
            for (String key : Objects.requireNonNull(keys, "keys")) {
                if (!key.matches(PIN)) {
                    throw new IllegalArgumentException(
                            "a pin is sha256/ and 44 characters of Base64, not \"" + key + "\"");
                }
            }
            this.pins = List.of(keys);
            return this;
        }

        /**
         * Sets the Server Name Indication; default: the host of the URI if it is a name.
         *
         * @throws IllegalArgumentException if it is no name of a host (RFC 6066), such as one with an underscore or a final dot
         */
        public Builder serverName(String name) {
            if (!Objects.requireNonNull(name, "name").matches(SERVER_NAME)) {
                throw new IllegalArgumentException("the server name is no name of a host: \"" + name + "\"");
            }
            this.serverName = name;
            return this;
        }

        /** Sets the protocols that are offered by ALPN, such as {@code x-amzn-mqtt-ca}; default: none. */
        public Builder applicationProtocols(String... protocols) {
            this.applicationProtocols = List.of(Objects.requireNonNull(protocols, "protocols"));
            return this;
        }

        /**
         * Sets the versions of TLS that are offered; default {@code TLSv1.3} and {@code TLSv1.2}.
         *
         * @throws IllegalArgumentException if one is another, or there is none
         */
        public Builder versions(String... offered) {
            List<String> known = List.of("TLSv1.3", "TLSv1.2");
            Objects.requireNonNull(offered, "offered");
            if (offered.length == 0 || !known.containsAll(List.of(offered))) {
                throw new IllegalArgumentException(
                        "the versions of TLS are TLSv1.3 and TLSv1.2, not " + List.of(offered));
            }
            this.versions = List.of(offered);
            return this;
        }

        /** Sets the cipher suites that are offered, by their standard names; default: those of the TLS implementation. */
        public Builder cipherSuites(String... names) {
            this.cipherSuites = List.of(Objects.requireNonNull(names, "names"));
            return this;
        }

        /** Sets how long the handshake may take; default 10 s. */
        public Builder handshakeTimeout(Duration timeout) {
            this.handshakeTimeout =
                    OptionChecks.positive(Objects.requireNonNull(timeout, "timeout"), "the TLS handshake timeout");
            return this;
        }

        /** Sets what decides about a Server after the handshake; default: nothing, each with a valid certificate is accepted. */
        public Builder serverCertificateCheck(ServerCertificateCheck check) {
            this.serverCertificateCheck = Objects.requireNonNull(check, "check");
            return this;
        }

        /** Returns the options. */
        public TlsOptions build() {
            return new TlsOptions(this);
        }
    }
}
