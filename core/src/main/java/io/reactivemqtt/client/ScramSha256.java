package io.reactivemqtt.client;

import io.reactivemqtt.Payload;
import io.reactivemqtt.publisher.ListPublisher;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.spec.KeySpec;
import java.text.Normalizer;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * SCRAM-SHA-256 (RFC 5802, RFC 7677) as an enhanced authentication: the password never leaves the client, and the Server has to show
 * that it knows it, too. Without channel binding. {@link #toString} contains no secrets.
 */
public final class ScramSha256 implements Authenticator {

    private static final String METHOD = "SCRAM-SHA-256";
    private static final int NONCE_BYTES = 24;
    private static final int KEY_BITS = 256;

    /** RFC 7677 §4. */
    private static final int FEWEST_ITERATIONS = 4096;

    /** What a Server may make the client compute: a second or two. */
    private static final int MOST_ITERATIONS = 1_000_000;

    private static final String NO_CHANNEL_BINDING = "n,,";
    private static final Pattern SERVER_FIRST =
            Pattern.compile("r=([\\x21-\\x2B\\x2D-\\x7E]+),s=([A-Za-z0-9+/]+={0,2}),i=([0-9]{1,9})(?:,.*)?");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String userName;
    private final String secret;
    private final Supplier<String> nonces;

    private ScramSha256(String userName, String secret, Supplier<String> nonces) {
        this.userName = userName;
        this.secret = secret;
        this.nonces = nonces;
    }

    /** Returns the method with a user name and a password, which are normalized by NFKC. */
    public static ScramSha256 of(String userName, String password) {
        return new ScramSha256(
                Objects.requireNonNull(userName, "userName"),
                Objects.requireNonNull(password, "password"),
                ScramSha256::randomNonce);
    }

    /** With nonces that are known. */
    static ScramSha256 of(String userName, String password, Supplier<String> nonces) {
        return new ScramSha256(userName, password, nonces);
    }

    private static String randomNonce() {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        return Base64.getEncoder().encodeToString(nonce);
    }

    @Override
    public String method() {
        return METHOD;
    }

    @Override
    public AuthenticationExchange begin(ConnectAttempt attempt) {
        Objects.requireNonNull(attempt, "attempt");
        return new Exchange(normalized(userName), normalized(secret), nonces.get());
    }

    private static String normalized(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC);
    }

    @Override
    public String toString() {
        return METHOD + "[userName=present, password=present]";
    }

    private static final class Exchange implements AuthenticationExchange {
        private final String clientFirst;
        private final String nonce;
        private final String secret;

        /** What the Server has to say at last; null until it is known. */
        private volatile @Nullable String serverFinal;

        Exchange(String userName, String secret, String nonce) {
            this.clientFirst = "n=" + userName.replace("=", "=3D").replace(",", "=2C") + ",r=" + nonce;
            this.nonce = nonce;
            this.secret = secret;
        }

        @Override
        public Publisher<Payload> begin() {
            return ListPublisher.deferred(() -> List.of(Payload.utf8(NO_CHANNEL_BINDING + clientFirst)));
        }

        @Override
        public Publisher<Payload> answer(Payload challenge) {
            return ListPublisher.deferred(() -> List.of(Payload.utf8(clientFinal(challenge.asUtf8()))));
        }

        private String clientFinal(String serverFirst) {
            Matcher parts = SERVER_FIRST.matcher(serverFirst);
            if (serverFinal != null || !parts.matches()) {
                throw new IllegalStateException("the Server does not speak " + METHOD);
            }
            String bothNonces = parts.group(1);
            int iterations = Integer.parseInt(parts.group(3));
            if (!bothNonces.startsWith(nonce) || bothNonces.length() == nonce.length()) {
                throw new IllegalStateException("the nonce of the Server does not go on with that of the client");
            } else if (iterations < FEWEST_ITERATIONS || iterations > MOST_ITERATIONS) {
                throw new IllegalStateException("the Server wants " + iterations + " iterations, and " + METHOD
                        + " has " + FEWEST_ITERATIONS + " to " + MOST_ITERATIONS);
            }
            String withoutProof =
                    "c=" + base64(NO_CHANNEL_BINDING.getBytes(StandardCharsets.US_ASCII)) + ",r=" + bothNonces;
            byte[] said = (clientFirst + "," + serverFirst + "," + withoutProof).getBytes(StandardCharsets.UTF_8);
            try {
                byte[] salted = salted(Base64.getDecoder().decode(parts.group(2)), iterations);
                byte[] clientKey = hmac(salted, "Client Key".getBytes(StandardCharsets.US_ASCII));
                byte[] storedKey = MessageDigest.getInstance("SHA-256").digest(clientKey);
                byte[] proof = xor(clientKey, hmac(storedKey, said));
                byte[] serverKey = hmac(salted, "Server Key".getBytes(StandardCharsets.US_ASCII));
                serverFinal = "v=" + base64(hmac(serverKey, said));
                return withoutProof + ",p=" + base64(proof);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void succeeded(@Nullable Payload data) {
            String awaited = serverFinal;
            byte[] shown = data == null ? new byte[0] : data.toByteArray();
            if (awaited == null || !MessageDigest.isEqual(awaited.getBytes(StandardCharsets.US_ASCII), shown)) {
                throw new IllegalStateException("the Server has not shown that it knows the password");
            }
        }

        private byte[] salted(byte[] salt, int iterations) throws GeneralSecurityException {
            KeySpec spec = new PBEKeySpec(secret.toCharArray(), salt, iterations, KEY_BITS);
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        }

        private static byte[] hmac(byte[] key, byte[] text) throws GeneralSecurityException {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text);
        }

        private static byte[] xor(byte[] one, byte[] other) {
            byte[] result = one.clone();
            for (int i = 0; i < result.length; i++) {
                result[i] ^= other[i];
            }
            return result;
        }

        private static String base64(byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
    }
}
