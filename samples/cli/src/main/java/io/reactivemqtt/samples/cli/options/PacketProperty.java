package io.reactivemqtt.samples.cli.options;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.UserProperties.UserProperty;
import io.reactivemqtt.client.ClientOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A property of MQTT 5.0 as {@code -D} names it.
 *
 * @param packet connect, publish or will
 * @param value of a User Property, its name
 * @param second the value of a User Property, else empty
 */
public record PacketProperty(String packet, String name, String value, String second) {

    private static final String BETWEEN = "\u0000"; // no argument of a process has it
    private static final String USER_PROPERTY = "user-property";
    private static final Set<String> PACKETS = Set.of("connect", "publish", "will");

    /** Makes one argument of the three or four behind each {@code -D}: how many there are, only the name tells. */
    public static String[] joined(String... arguments) {
        List<String> joined = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            joined.add(arguments[i]);
            boolean begins = arguments[i].equals("-D") || arguments[i].equals("--property");
            int count = begins && i + 2 < arguments.length && arguments[i + 2].equals(USER_PROPERTY) ? 4 : 3;
            if (begins && i + count < arguments.length) {
                joined.add(String.join(BETWEEN, List.of(arguments).subList(i + 1, i + 1 + count)));
                i += count;
            }
        }
        return joined.toArray(String[]::new);
    }

    static final class Converter implements ITypeConverter<PacketProperty> {
        @Override
        public PacketProperty convert(String value) {
            String[] parts = value.split(BETWEEN, -1);
            if (parts.length < 3) {
                throw new TypeConversionException(
                        "-D has three words behind it, PACKET NAME VALUE, and four if NAME is " + USER_PROPERTY);
            }
            return new PacketProperty(parts[0], parts[1], parts[2], parts.length == 3 ? "" : parts[3]);
        }
    }

    /**
     * Refuses what this command line cannot say.
     *
     * @throws IllegalArgumentException if the packet has no properties that can be set
     */
    void requireKnownPacket() {
        if (!PACKETS.contains(packet)) {
            throw new IllegalArgumentException(
                    "-D sets properties of connect, publish and will, not of '" + packet + "'");
        }
    }

    /** Sets this if it belongs to the message that {@code ofPacket} carries. */
    void applyTo(String ofPacket, ApplicationMessage.Builder message) {
        if (!packet.equals(ofPacket)) {
            return;
        }
        switch (name) {
            case "content-type" -> message.contentType(value);
            case "correlation-data" -> message.correlationData(Payload.utf8(value));
            case "message-expiry-interval" -> message.messageExpiryInterval(Duration.ofSeconds(number()));
            case "payload-format-indicator" -> message.utf8Payload(flag());
            case "response-topic" -> message.responseTopic(value);
            case USER_PROPERTY -> message.userProperty(value, second);
            default -> throw unknown();
        }
    }

    /** Sets this if it belongs to CONNECT. */
    void applyTo(ClientOptions.Builder options, List<UserProperty> pairs) {
        if (!packet.equals("connect")) {
            return;
        }
        switch (name) {
            case "session-expiry-interval" -> options.sessionExpiryInterval(Duration.ofSeconds(number()));
            case "receive-maximum" -> options.receiveMaximum(small());
            case "maximum-packet-size" -> options.session(session -> session.maximumPacketSize(small()));
            case "topic-alias-maximum" -> options.session(session -> session.topicAliasMaximum(small()));
            case "request-problem-information" ->
                options.connectSettings(settings -> settings.requestProblemInformation(flag()));
            case "request-response-information" ->
                options.connectSettings(settings -> settings.requestResponseInformation(flag()));
            case USER_PROPERTY -> pairs.add(new UserProperty(value, second));
            default -> throw unknown();
        }
    }

    /** Returns the Will Delay Interval if this is it, or null. */
    @Nullable
    Duration willDelay() {
        return isWillDelay() ? Duration.ofSeconds(number()) : null;
    }

    boolean isWillDelay() {
        return packet.equals("will") && name.equals("will-delay-interval");
    }

    private long number() {
        if (!value.matches("[0-9]{1,10}")) {
            throw new IllegalArgumentException("the " + name + " of -D is a number, not '" + value + "'");
        }
        return Long.parseLong(value);
    }

    private int small() {
        return (int) Math.min(Integer.MAX_VALUE, number());
    }

    private boolean flag() {
        return switch (value) {
            case "0" -> false;
            case "1" -> true;
            default -> throw new IllegalArgumentException("the " + name + " of -D is 0 or 1, not '" + value + "'");
        };
    }

    private IllegalArgumentException unknown() {
        return new IllegalArgumentException("-D knows no " + name + " of " + packet);
    }
}
