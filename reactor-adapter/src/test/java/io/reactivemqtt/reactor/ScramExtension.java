package io.reactivemqtt.reactor;

import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.EnhancedAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.EnhancedAuthConnectInput;
import com.hivemq.extension.sdk.api.auth.parameter.EnhancedAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.EnhancedAuthOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The Server's half of SCRAM-SHA-256 (RFC 5802 §3) in HiveMQ, for one user, and on re-authentication. */
final class ScramExtension implements ExtensionMain {

    private static final int ITERATIONS = 4096;
    private static final byte[] SALT = "a salt".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern CLIENT_FIRST = Pattern.compile("n,,(n=([^,]+),r=(.+))");
    private static final Pattern CLIENT_FINAL = Pattern.compile("(c=biws,r=(.+)),p=(.+)");

    private final String user;
    private final String password;
    final AtomicInteger reauthentications = new AtomicInteger();

    private ScramExtension(String user, String password) {
        this.user = user;
        this.password = password;
    }

    static ScramExtension of(String user, String password) {
        return new ScramExtension(user, password);
    }

    EmbeddedExtension embedded() {
        return EmbeddedExtension.builder()
                .withId("scram")
                .withName("SCRAM")
                .withVersion("1")
                .withExtensionMain(this)
                .build();
    }

    @Override
    public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
        Services.securityRegistry().setEnhancedAuthenticatorProvider(provided -> new Exchange());
    }

    @Override
    public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {}

    private final class Exchange implements EnhancedAuthenticator {
        private String clientFirst = "";
        private String serverFirst = "";
        private String nonce = "";

        @Override
        public void onConnect(EnhancedAuthConnectInput input, EnhancedAuthOutput output) {
            if (input.getConnectPacket().getAuthenticationMethod().orElse("").equals("SCRAM-SHA-256")) {
                begin(text(input.getConnectPacket().getAuthenticationData()), output);
            } else {
                output.failAuthentication("SCRAM-SHA-256 alone");
            }
        }

        @Override
        public void onReAuth(EnhancedAuthInput input, EnhancedAuthOutput output) {
            begin(text(input.getAuthPacket().getAuthenticationData()), output);
        }

        private void begin(String data, EnhancedAuthOutput output) {
            Matcher parts = CLIENT_FIRST.matcher(data);
            if (!parts.matches() || !parts.group(2).equals(user)) {
                output.failAuthentication("who is that?");
                return;
            }
            clientFirst = parts.group(1);
            nonce = parts.group(3) + UUID.randomUUID();
            serverFirst = "r=" + nonce + ",s=" + Base64.getEncoder().encodeToString(SALT) + ",i=" + ITERATIONS;
            output.continueAuthentication(serverFirst.getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void onAuth(EnhancedAuthInput input, EnhancedAuthOutput output) {
            Matcher parts = CLIENT_FINAL.matcher(text(input.getAuthPacket().getAuthenticationData()));
            try {
                if (!parts.matches() || !parts.group(2).equals(nonce)) {
                    output.failAuthentication("another nonce");
                    return;
                }
                byte[] said =
                        (clientFirst + "," + serverFirst + "," + parts.group(1)).getBytes(StandardCharsets.US_ASCII);
                byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                        .generateSecret(new PBEKeySpec(password.toCharArray(), SALT, ITERATIONS, 256))
                        .getEncoded();
                byte[] storedKey = sha256(hmac(salted, "Client Key"));
                byte[] clientKey = Base64.getDecoder().decode(parts.group(3));
                byte[] signature = hmac(storedKey, said);
                for (int i = 0; i < clientKey.length; i++) {
                    clientKey[i] ^= signature[i];
                }
                if (!MessageDigest.isEqual(sha256(clientKey), storedKey)) {
                    output.failAuthentication("another password");
                    return;
                }
                if (input.isReAuthentication()) {
                    reauthentications.incrementAndGet();
                }
                String proof = Base64.getEncoder().encodeToString(hmac(hmac(salted, "Server Key"), said));
                output.authenticateSuccessfully(("v=" + proof).getBytes(StandardCharsets.US_ASCII));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        private static String text(Optional<ByteBuffer> data) {
            return StandardCharsets.UTF_8.decode(data.orElseThrow()).toString();
        }

        private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        }

        private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
            return hmac(key, text.getBytes(StandardCharsets.US_ASCII));
        }

        private static byte[] hmac(byte[] key, byte[] text) throws GeneralSecurityException {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text);
        }
    }
}
