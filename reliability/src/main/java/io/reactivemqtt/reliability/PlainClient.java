package io.reactivemqtt.reliability;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Just enough of MQTT 3.1.1, over one connection for life, for a truth that shares no line with the client that is tried. Not
 * thread-safe; a lost connection is an {@link IOException}.
 */
public final class PlainClient implements AutoCloseable {

    private static final int CONNACK = 0x20;
    private static final int PUBLISH_QOS0 = 0x30;
    private static final int PUBLISH_QOS1 = 0x32;
    private static final int PUBLISH_QOS2 = 0x34;
    private static final int PUBACK = 0x40;
    private static final int PUBREC = 0x50;
    private static final int PUBREL = 0x62;
    private static final int PUBCOMP = 0x70;
    private static final int SUBSCRIBE = 0x82;
    private static final int SUBACK = 0x90;

    private final Socket socket;
    private final DataInputStream in;
    private int packetIdentifier;

    /**
     * A message.
     *
     * @param topic where it was published
     * @param text its payload
     */
    public record Arrived(String topic, String text) {}

    private record Packet(int header, ByteBuffer body) {}

    private PlainClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        socket.setTcpNoDelay(true);
    }

    /** Connects with Clean Session 1 and without Keep Alive. */
    public static PlainClient connect(URI server, String clientIdentifier) throws IOException {
        PlainClient client = new PlainClient(new Socket(server.getHost(), server.getPort()));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        out.writeUTF("MQTT");
        out.write(new byte[] {4, 2, 0, 0});
        out.writeUTF(clientIdentifier);
        client.write(0x10, body);
        ByteBuffer answer = client.expect(CONNACK);
        require(answer.get(1) == 0, "the Server refuses the connection");
        return client;
    }

    /** Subscribes at QoS 1. */
    public void subscribe(String topicFilter) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        out.writeShort(nextPacketIdentifier());
        out.writeUTF(topicFilter);
        out.writeByte(1);
        write(SUBSCRIBE, body);
        require(expect(SUBACK).get(2) == 1, "the Server refuses the subscription");
    }

    /** Publishes at QoS 2 and returns when the Server has said that all is done. */
    public void publish(String topic, String text) throws IOException {
        int identifier = nextPacketIdentifier();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        out.writeUTF(topic);
        out.writeShort(identifier);
        out.write(text.getBytes(StandardCharsets.UTF_8));
        write(PUBLISH_QOS2, body);
        require(identifierOf(expect(PUBREC)) == identifier, "a PUBREC for another message");
        write(PUBREL, identifier);
        require(identifierOf(expect(PUBCOMP)) == identifier, "a PUBCOMP for another message");
    }

    /** Waits for a message at QoS 0 or 1, acknowledges it and returns it. */
    public Arrived receive() throws IOException {
        Packet packet = read();
        require(packet.header == PUBLISH_QOS0 || packet.header == PUBLISH_QOS1, "a packet that is no new message came");
        ByteBuffer body = packet.body;
        byte[] topic = new byte[Short.toUnsignedInt(body.getShort())];
        body.get(topic);
        if (packet.header == PUBLISH_QOS1) {
            write(PUBACK, identifierOf(body));
        }
        return new Arrived(
                new String(topic, StandardCharsets.UTF_8),
                StandardCharsets.UTF_8.decode(body).toString());
    }

    private int nextPacketIdentifier() {
        packetIdentifier = packetIdentifier % 65_535 + 1;
        return packetIdentifier;
    }

    private static int identifierOf(ByteBuffer body) {
        return Short.toUnsignedInt(body.getShort());
    }

    private void write(int header, int identifier) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(identifier >> 8);
        body.write(identifier);
        write(header, body);
    }

    private void write(int header, ByteArrayOutputStream body) throws IOException {
        require(body.size() < 128, "one byte of Remaining Length is enough here");
        byte[] packet = ByteBuffer.allocate(2 + body.size())
                .put((byte) header)
                .put((byte) body.size())
                .put(body.toByteArray())
                .array();
        socket.getOutputStream().write(packet);
    }

    private ByteBuffer expect(int header) throws IOException {
        Packet packet = read();
        require(packet.header == header, "a packet 0x%02X came instead of 0x%02X".formatted(packet.header, header));
        return packet.body;
    }

    private Packet read() throws IOException {
        int header = in.read();
        if (header < 0) {
            throw new EOFException("the Server closed the connection");
        }
        int length = in.readUnsignedByte();
        require(length < 128, "one byte of Remaining Length is enough here");
        return new Packet(header, ByteBuffer.wrap(in.readNBytes(length)));
    }

    private static void require(boolean condition, String otherwise) throws IOException {
        if (!condition) {
            throw new IOException(otherwise);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
