package io.reactivemqtt.codec;

import io.reactivemqtt.packet.PacketType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What answers at a port that is no MQTT Server's: its first bytes tell, and "wrong flags" would help nobody. */
public final class ForeignProtocol {

    private static final int ENOUGH = 2;

    /** Its characters are bytes. */
    private record Greeting(String name, String bytes) {}

    /** None of them is an MQTT packet: its flags are wrong, or a length in it goes beyond it. */
    private static final List<Greeting> GREETINGS = List.of(
            new Greeting("HTTP", "HTTP/"),
            new Greeting("HTTP", "<!DOCTYPE"),
            new Greeting("HTTP", "<html"),
            new Greeting("SSH", "SSH-"),
            new Greeting("AMQP", "AMQP"),
            new Greeting("SMTP or FTP", "220 "),
            new Greeting("SMTP or FTP", "220-"),
            new Greeting("POP3", "+OK "),
            new Greeting("IMAP", "* OK "),
            new Greeting("Redis", "-ERR "),
            new Greeting("Redis", "-NOAUTH "),
            new Greeting("NATS", "INFO {"),
            new Greeting("VNC", "RFB "),
            tls(0x15),
            tls(0x16));

    private ForeignProtocol() {}

    /** An alert, or a handshake. */
    private static Greeting tls(int recordType) {
        return new Greeting("TLS", (char) recordType + "\u0003");
    }

    /**
     * Returns what speaks in the first bytes that came over a connection, by its name or by those bytes; null if that may be an
     * MQTT Server.
     *
     * @param source stays where it is
     */
    public static @Nullable String nameOf(ByteBuffer source) {
        if (source.remaining() < ENOUGH) {
            return null;
        }
        for (Greeting greeting : GREETINGS) {
            if (begins(source, greeting.bytes)) {
                return greeting.name;
            }
        }
        int first = source.get(source.position()) & 0xFF;
        PacketType type = PacketType.of(first >> 4);
        boolean possible =
                type != null && (type == PacketType.PUBLISH || PacketEncoder.reservedFlags(type) == (first & 0x0F));
        return possible ? null : "it begins with " + hexadecimal(source);
    }

    /** Tells whether all of {@code greeting} that may have come so far has come. */
    private static boolean begins(ByteBuffer source, String greeting) {
        int length = Math.min(source.remaining(), greeting.length());
        for (int i = 0; i < length; i++) {
            if (source.get(source.position() + i) != greeting.charAt(i)) {
                return false;
            }
        }
        return length == greeting.length() || (greeting.charAt(0) & 0xF0) != 0x30; // "22" may yet become a PUBLISH
    }

    private static String hexadecimal(ByteBuffer source) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < Math.min(4, source.remaining()); i++) {
            digits.append(i == 0 ? "" : " ")
                    .append(String.format(Locale.ROOT, "%02X", source.get(source.position() + i)));
        }
        return digits.toString();
    }
}
