package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.MessageProperties;
import io.reactivemqtt.UserProperties.UserProperty;
import io.reactivemqtt.client.ReceivedMessage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a message is printed, in the words of {@code mosquitto_sub -F}.
 *
 * @param text with {@code %} and a letter for what the message says, and a backslash and a letter for what is hard to type
 */
record Template(String text) {

    private static final String FIELDS = "%ACDEFIPRSUXjJlmpqrtx";
    private static final String ESCAPES = "\\0aenrtv";
    private static final String ESCAPED = "\\\0\u0007\u001B\n\r\t\u000B";
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssZ", Locale.ROOT);
    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSZ", Locale.ROOT);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException if a letter means nothing
     */
    Template {
        int i = 0;
        while (i < text.length()) {
            char mark = text.charAt(i);
            i++;
            if (mark == '%' || mark == '\\') {
                String letters = mark == '%' ? FIELDS : ESCAPES;
                String letter = i < text.length() ? text.substring(i, i + 1) : "";
                if (letter.isEmpty() || !letters.contains(letter)) {
                    throw new IllegalArgumentException("the template has " + mark + letter + ", which means nothing: "
                            + mark + " stands before one of " + letters);
                }
                i++;
            }
        }
    }

    static final class Converter implements ITypeConverter<Template> {
        @Override
        public Template convert(String value) {
            try {
                return new Template(value);
            } catch (IllegalArgumentException wrong) {
                throw new TypeConversionException(wrong.getMessage());
            }
        }
    }

    /** Returns what is printed of {@code received}, with a line end. */
    byte[] line(ReceivedMessage received) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        Instant now = Clock.systemUTC().instant();
        int i = 0;
        while (i < text.length()) {
            int codePoint = text.codePointAt(i);
            i += Character.charCount(codePoint);
            if (codePoint == '%' && text.charAt(i) == 'p') {
                line.writeBytes(received.payload().toByteArray());
                i++;
            } else if (codePoint == '%') {
                line.writeBytes(utf8(field(text.charAt(i), received, now)));
                i++;
            } else if (codePoint == '\\') {
                line.write(ESCAPED.charAt(ESCAPES.indexOf(text.charAt(i))));
                i++;
            } else {
                line.writeBytes(utf8(Character.toString(codePoint)));
            }
        }
        line.write('\n');
        return line.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String field(char letter, ReceivedMessage received, Instant now) {
        MessageProperties properties = received.message().properties();
        return switch (letter) {
            case '%' -> "%";
            case 'C' -> orNothing(properties.contentType());
            case 'D' ->
                properties.correlationData() == null
                        ? ""
                        : properties.correlationData().asUtf8();
            case 'E' ->
                properties.messageExpiryInterval() == null
                        ? ""
                        : String.valueOf(properties.messageExpiryInterval().toSeconds());
            case 'F' -> properties.utf8Payload() ? "1" : "";
            case 'I' -> SECONDS.format(local(now));
            case 'P' ->
                properties.userProperties().entries().stream()
                        .map(Template::pair)
                        .collect(Collectors.joining(" "));
            case 'R' ->
                properties.responseTopic() == null
                        ? orNothing(properties.unusableResponseTopic())
                        : properties.responseTopic().toString();
            case 'S' ->
                received.subscriptionIdentifiers().stream().map(String::valueOf).collect(Collectors.joining(" "));
            case 'U' -> String.format(Locale.ROOT, "%d.%09d", now.getEpochSecond(), now.getNano());
            case 'X' ->
                HexFormat.of().withUpperCase().formatHex(received.payload().toByteArray());
            case 'j' -> json(received, now, false);
            case 'J' -> json(received, now, true);
            case 'l' -> String.valueOf(received.payload().size());
            case 'm' -> "0"; // the Packet Identifier is the client's own affair
            case 'q' -> String.valueOf(received.qos().level());
            case 'r' -> received.message().retain() ? "1" : "0";
            case 't' -> received.topicName().toString();
            case 'x' -> HexFormat.of().formatHex(received.payload().toByteArray());
            default -> ""; // a Topic Alias, which the client has resolved
        };
    }

    private static String pair(UserProperty pair) {
        return pair.name() + ":" + pair.value();
    }

    private static String orNothing(@Nullable String value) {
        return value == null ? "" : value;
    }

    /** Where the person is who reads it. */
    private static ZonedDateTime local(Instant now) {
        return now.atZone(ZoneId.systemDefault());
    }

    private static String json(ReceivedMessage received, Instant now, boolean payloadIsJson) {
        ObjectNode json = MAPPER.createObjectNode()
                .put("tst", MICROSECONDS.format(local(now)))
                .put("topic", received.topicName().toString())
                .put("qos", received.qos().level())
                .put("retain", received.message().retain() ? 1 : 0)
                .put("payloadlen", received.payload().size());
        String payload = received.payload().asUtf8();
        try {
            return (payloadIsJson ? json.set("payload", MAPPER.readTree(payload)) : json.put("payload", payload))
                    .toString();
        } catch (JacksonException notJson) {
            return json.put("payload", payload).toString();
        }
    }
}
