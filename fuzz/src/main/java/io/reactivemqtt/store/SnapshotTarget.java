package io.reactivemqtt.store;

import io.reactivemqtt.exception.SnapshotRefusedException;
import io.reactivemqtt.fuzz.Promise;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A saved Session: a byte for the version, then JSON, either of all that is saved, or of the Session alone, around which a fitting
 * checksum is put. It is refused, or is what is saved again.
 */
public final class SnapshotTarget {

    private SnapshotTarget() {}

    /** What Jazzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        String text = new String(input, 1, input.length - 1, StandardCharsets.UTF_8);
        String saved = (input[0] & 3) == 3 ? text : sealed(text, input[0] & 3);
        if (saved == null) {
            return;
        }
        SessionSnapshot snapshot;
        try {
            snapshot = SessionSnapshot.fromJson(saved);
        } catch (SnapshotRefusedException refused) {
            return;
        }
        String again = snapshot.toJson();
        Promise.equal(SessionSnapshot.fromJson(again), snapshot, "a Session is restored otherwise than it was saved");
    }

    private static @Nullable String sealed(String text, int version) {
        Object session;
        try {
            session = Json.read(text);
        } catch (IllegalArgumentException refused) {
            return null;
        }
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("format", "reactive-mqtt-session");
        document.put("version", (long) version + 1);
        document.put("sha256", sha256(Json.write(session)));
        document.put("session", session);
        return Json.write(document);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) { // every Java platform has it
            throw new IllegalStateException(impossible);
        }
    }
}
