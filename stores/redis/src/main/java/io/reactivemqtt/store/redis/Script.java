package io.reactivemqtt.store.redis;

import io.lettuce.core.ScriptOutputType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/** What Redis does at once, and nobody else meanwhile. What each takes and returns stands in its file. */
enum Script {
    OPEN(ScriptOutputType.INTEGER),
    APPEND(ScriptOutputType.INTEGER),
    PAGE(ScriptOutputType.MULTI),
    SET_ASIDE(ScriptOutputType.INTEGER),
    CLOSE(ScriptOutputType.INTEGER),
    DELETE(ScriptOutputType.INTEGER),
    LEASE_CLAIM(ScriptOutputType.INTEGER),
    LEASE_RENEW(ScriptOutputType.INTEGER),
    LEASE_RELEASE(ScriptOutputType.INTEGER);

    private final ScriptOutputType output;
    private final String text;
    private final String digest;

    Script(ScriptOutputType output) {
        this.output = output;
        this.text = read(name().toLowerCase(Locale.ROOT).replace('_', '-') + ".lua");
        this.digest = HexFormat.of().formatHex(sha1(text));
    }

    private static String read(String file) {
        try (InputStream script = Objects.requireNonNull(Script.class.getResourceAsStream(file), file)) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    private static byte[] sha1(String text) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-1", impossible);
        }
    }

    ScriptOutputType output() {
        return output;
    }

    String text() {
        return text;
    }

    /** Returns the name that Redis has for it: its SHA-1. */
    String digest() {
        return digest;
    }
}
