package io.reactivemqtt.store;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.fuzz.Promise;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of a change, and of a message: a byte that says which of both and whether the checksum is made to fit, then the form.
 * It is a change, or damaged, or of a newer release; and what it is stored as is the same change, in the version in which its kind came.
 */
public final class StoredFormTarget {

    private static final int KINDS_OF_VERSION_1 = 13;
    private static final int NEWEST = 2;

    private StoredFormTarget() {}

    /** What Jazzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] form = new byte[input.length - 1];
        System.arraycopy(input, 1, form, 0, form.length);
        switch (input[0] & 3) {
            case 0, 1 -> change(withChecksum(form));
            case 2 -> message(form);
            default -> change(form);
        }
    }

    private static byte[] withChecksum(byte[] form) {
        CRC32C checksum = new CRC32C();
        checksum.update(form);
        return ByteBuffer.allocate(form.length + Integer.BYTES)
                .put(form)
                .putInt((int) checksum.getValue())
                .array();
    }

    private static void change(byte[] form) {
        SessionChange change = read(form);
        if (change != null) {
            byte[] stored = StoredChange.toBytes(change);
            Promise.that(stored[1] == form[1], "a change is stored as another kind");
            Promise.that(
                    stored[0] == (stored[1] <= KINDS_OF_VERSION_1 ? 1 : 2),
                    "an earlier release could not read what it knows");
            Promise.equal(StoredChange.fromBytes(stored), change, "a change is read otherwise than it was stored");
        }
    }

    private static @Nullable SessionChange read(byte[] form) {
        try {
            return StoredChange.fromBytes(form);
        } catch (StoreException newer) {
            Promise.that(form[0] < 1 || form[0] > NEWEST, "a form that is known is of a newer release");
        } catch (IllegalArgumentException refused) {
            Promise.that(
                    String.valueOf(refused.getMessage()).startsWith("not the stored form of a change: "),
                    "it is not said what is damaged");
        }
        return null;
    }

    private static void message(byte[] form) {
        ApplicationMessage message;
        try {
            message = StoredMessage.fromBytes(form);
        } catch (IllegalArgumentException refused) {
            return;
        }
        Promise.equal(
                StoredMessage.fromBytes(StoredMessage.toBytes(message)),
                message,
                "a message is read otherwise than it was stored");
    }
}
