package io.reactivemqtt.reactor;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Server for WebSocket (RFC 6455), of which a test writes each answer and each frame. */
final class WebSocketServer implements AutoCloseable {

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final int PATIENCE_SECONDS = 20;
    private static final Pattern KEY = Pattern.compile("(?im)^sec-websocket-key: *(\\S+)");

    private final ServerSocket socket;
    private final BlockingQueue<Peer> peers = new LinkedBlockingQueue<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    private WebSocketServer(ServerSocket socket) {
        this.socket = socket;
        Thread thread = new Thread(this::accept, "web-socket-server");
        thread.setDaemon(true);
        thread.start();
    }

    static WebSocketServer start() {
        try {
            return new WebSocketServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns where it is, with {@code path} and perhaps a query. */
    URI uri(String path) {
        return URI.create("ws://127.0.0.1:" + socket.getLocalPort() + path);
    }

    /** Returns the next client that has sent its request. */
    Peer next() {
        try {
            Peer peer = peers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (peer == null) {
                throw new AssertionError("no client came");
            }
            return peer;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket accepted = socket.accept();
                accepted.setSoTimeout(PATIENCE_SECONDS * 1000);
                open.add(accepted);
                peers.add(new Peer(accepted));
            }
        } catch (IOException closed) {
            return; // by the test
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket each : open) {
            each.close();
        }
    }

    /** A frame that has arrived. */
    static final class Frame {
        private final int opcode;
        private final byte[] payload;

        private Frame(int opcode, byte[] payload) {
            this.opcode = opcode;
            this.payload = payload;
        }

        int opcode() {
            return opcode;
        }

        byte[] payload() {
            return payload;
        }
    }

    /** One client, whose request has been read. */
    static final class Peer {
        private final Socket connection;
        private final DataInputStream in;
        private final OutputStream out;
        private final String request;

        private Peer(Socket connection) throws IOException {
            this.connection = connection;
            this.in = new DataInputStream(connection.getInputStream());
            this.out = connection.getOutputStream();
            this.request = head();
        }

        private String head() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int next = in.read();
                if (next < 0) {
                    break;
                }
                head.write(next);
            }
            return head.toString(StandardCharsets.ISO_8859_1);
        }

        /** Returns the request line and the headers. */
        String request() {
            return request;
        }

        void answer(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        /** Opens the WebSocket, with {@code subprotocol} or, if that is empty, none. */
        Peer upgrade(String subprotocol) throws IOException {
            Matcher key = KEY.matcher(request);
            if (!key.find()) {
                throw new AssertionError("no key in " + request);
            }
            answer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + (subprotocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n")
                    + "Sec-WebSocket-Accept: " + accept(key.group(1)) + "\r\n\r\n");
            return this;
        }

        private static String accept(String key) {
            try {
                byte[] all = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
                return Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("SHA-1").digest(all));
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError(e);
            }
        }

        /** Sends one frame, the last of its message. */
        Peer frame(int opcode, byte... payload) throws IOException {
            return frame(true, opcode, payload);
        }

        Peer frame(boolean last, int opcode, byte... payload) throws IOException {
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            frame.write((last ? 0x80 : 0) | opcode);
            if (payload.length < 126) {
                frame.write(payload.length);
            } else if (payload.length < 65_536) {
                frame.write(126);
                frame.write(payload.length >> 8);
                frame.write(payload.length);
            } else {
                frame.write(127);
                for (int shift = 56; shift >= 0; shift -= 8) {
                    frame.write((int) ((long) payload.length >> shift));
                }
            }
            frame.writeBytes(payload);
            out.write(frame.toByteArray());
            return this;
        }

        /** Returns the next frame, which has to be masked. */
        Frame read() throws IOException {
            int opcode = in.readUnsignedByte() & 0xF;
            int length = in.readUnsignedByte();
            if (length < 128) {
                throw new AssertionError("a frame without a mask");
            }
            length -= 128;
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = (int) in.readLong();
            }
            byte[] mask = in.readNBytes(4);
            byte[] payload = in.readNBytes(length);
            for (int i = 0; i < length; i++) {
                payload[i] ^= mask[i % 4];
            }
            return new Frame(opcode, payload);
        }

        /** Returns how many bytes come before the client closes the connection. */
        int bytesUntilClosed() throws IOException {
            return in.readAllBytes().length;
        }

        void close() throws IOException {
            connection.close();
        }
    }
}
