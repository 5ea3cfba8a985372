package io.reactivemqtt.store.common;

import io.reactivemqtt.store.SessionKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Names that are short, in place of ones that may be long. */
public final class Hashes {

    private Hashes() {}

    /** Returns the SHA-256 of both names, with one behind the other that no other pair has. */
    public static byte[] of(SessionKey key) {
        return sha256(key.namespace().length() + ":" + key.namespace() + key.clientIdentifier());
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
