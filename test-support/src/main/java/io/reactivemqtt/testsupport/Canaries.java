package io.reactivemqtt.testsupport;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds secrets of tests where nobody should see one: each begins with {@value #PREFIX}. */
public final class Canaries {

    /** How each secret of a test begins that is looked for everywhere. */
    public static final String PREFIX = "canary-";

    private static final int AROUND = 120;

    private Canaries() {}

    /**
     * Returns where {@code text} has a canary, or one of {@code others}, with the text around it; of each form the first place. A
     * canary is found as it is, and as hexadecimal numbers, decimal ones and Base64, in which bytes reach logs.
     */
    public static List<String> in(String text, String... others) {
        List<String> found = new ArrayList<>();
        Stream.concat(forms(), Stream.of(others)).forEach(form -> {
            int at = text.indexOf(form);
            if (at >= 0) {
                found.add(form + " in: "
                        + text.substring(
                                Math.max(0, at - AROUND), Math.min(text.length(), at + form.length() + AROUND)));
            }
        });
        return found;
    }

    private static Stream<String> forms() {
        return Stream.of(
                PREFIX,
                numbers("%02x", ""),
                numbers("%02x", "").toUpperCase(Locale.ROOT),
                numbers("%02x", " "),
                numbers("%02x", " ").toUpperCase(Locale.ROOT),
                numbers("%d", ", "),
                inBase64(0),
                inBase64(1),
                inBase64(2));
    }

    private static String numbers(String format, String between) {
        return PREFIX.chars().mapToObj(each -> String.format(format, each)).collect(Collectors.joining(between));
    }

    /** Returns the letters that do not depend on what stands around it, where so many bytes stand before, or three more and so on. */
    private static String inBase64(int before) {
        byte[] bytes = ("x".repeat(before) + PREFIX).getBytes(StandardCharsets.US_ASCII);
        String encoded = Base64.getEncoder().withoutPadding().encodeToString(bytes);
        return encoded.substring(before == 0 ? 0 : before + 1, bytes.length * 8 / 6);
    }
}
