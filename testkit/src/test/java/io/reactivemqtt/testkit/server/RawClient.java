package io.reactivemqtt.testkit.server;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A client that knows bytes only: what tests of the test's own Servers check them with. */
final class RawClient implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;
    private final DataInputStream in;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
    }

    static RawClient open(URI uri) throws IOException {
        return new RawClient(new Socket(uri.getHost(), uri.getPort()));
    }

    /** CONNECT of MQTT 5.0: Clean Start 1, Keep Alive 60, no properties. */
    static byte[] connect5(String clientIdentifier) {
        return connect(5, 0x02, clientIdentifier);
    }

    /** CONNECT of MQTT 3.1.1: Clean Session 1, Keep Alive 60. */
    static byte[] connect311(String clientIdentifier) {
        return connect(4, 0x02, clientIdentifier);
    }

    /** CONNECT with a User Name and a password. */
    static byte[] connect(int level, String clientIdentifier, String userName, String password) {
        return connect(level, 0xC2, clientIdentifier, userName, password);
    }

    private static byte[] connect(int level, int flags, String... texts) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {0, 4, 'M', 'Q', 'T', 'T', (byte) level, (byte) flags, 0, 60});
        if (level == 5) {
            body.write(0); // no properties
        }
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            body.write(bytes.length >> 8);
            body.write(bytes.length);
            body.writeBytes(bytes);
        }
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(0x10);
        packet.write(body.size()); // below 128
        packet.writeBytes(body.toByteArray());
        return packet.toByteArray();
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    void send(byte... bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The next packet, header and all; it must be shorter than 130 bytes. */
    byte[] receivePacket() throws IOException {
        byte first = in.readByte();
        int remainingLength = in.readByte();
        byte[] packet = new byte[2 + remainingLength];
        packet[0] = first;
        packet[1] = (byte) remainingLength;
        in.readFully(packet, 2, remainingLength);
        return packet;
    }

    /** The next byte, or -1 at the end. */
    int receiveByte() throws IOException {
        return in.read();
    }

    /** Tells whether the connection ends next, in whichever way. */
    boolean receiveEnd() throws IOException {
        try {
            return in.read() == -1;
        } catch (SocketException e) {
            return true; // reset
        }
    }

    byte[] receiveBytes(int count) throws IOException {
        return in.readNBytes(count);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
