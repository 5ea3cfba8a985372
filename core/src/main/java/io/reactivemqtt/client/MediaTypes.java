package io.reactivemqtt.client;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Compares media types, without their parameters (RFC 6838). */
final class MediaTypes {

    private MediaTypes() {}

    /** Tells whether something {@code declared} is not {@code expected}; null and nothing declare nothing. */
    static boolean contradicts(@Nullable String declared, String expected) {
        if (declared == null || declared.isBlank()) {
            return false;
        }
        String type = essence(declared);
        String wanted = essence(expected);
        String subtype = wanted.substring(wanted.indexOf('/') + 1);
        return !type.equals(wanted) && !(type.indexOf('/') > 0 && type.endsWith("+" + subtype));
    }

    private static String essence(String mediaType) {
        int parameters = mediaType.indexOf(';');
        return (parameters < 0 ? mediaType : mediaType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }
}
