package io.reactivemqtt.testkit.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.Packet;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client to a {@link ScriptedServer}, in the hands of the test.
 *
 * <p>Packets are taken in the order of their coming, each exactly once. Sending returns when the bytes are on their way, in
 * order, so that a client that does not read blocks nobody. It speaks the version of the client's CONNECT, and 5.0 before one.
 * For one thread at a time.
 */
public final class ScriptedConnection {

    private final SocketChannel channel;
    private final Duration patience;
    private final Transcript transcript = new Transcript();
    private final LinkedBlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final PacketHandler handler = new Recorder();

    ScriptedConnection(SocketChannel channel, Duration patience) {
        this.channel = channel;
        this.patience = patience;
    }

    PacketHandler handler() {
        return handler;
    }

    /**
     * Waits for the next packet, which must be of this type, and returns it.
     *
     * @throws AssertionError if another one, the end of the connection or nothing comes
     */
    public <P extends Packet> P expect(Class<P> type) {
        Packet packet = nextPacket(type.getSimpleName());
        if (!type.isInstance(packet)) {
            throw unexpected(type.getSimpleName(), packet.toString());
        }
        return type.cast(packet);
    }

    /**
     * Waits for the next packets, which must be equal to these, in this order.
     *
     * @throws AssertionError if another one, the end of the connection or nothing comes
     */
    public void expect(Packet... packets) {
        for (Packet expected : packets) {
            Packet packet = nextPacket(expected.toString());
            if (!expected.equals(packet)) {
                throw unexpected(expected.toString(), packet.toString());
            }
        }
    }

    /**
     * Waits for all of {@code duration}, in which nothing may come and the connection may not end.
     *
     * @throws AssertionError if something happens
     */
    public void expectNothing(Duration duration) {
        Arrival arrival = poll(duration);
        if (arrival != null) {
            throw unexpected("nothing for " + duration, arrival.words());
        }
    }

    /**
     * Waits for the client to close or reset the connection, having sent no packet that was not yet taken.
     *
     * @throws AssertionError if a packet or nothing comes
     */
    public void expectClosed() {
        Arrival arrival = next("the end of the connection");
        if (arrival.kind() != Arrival.Kind.END) {
            throw unexpected("the end of the connection", arrival.words());
        }
    }

    /** Sends {@code packets} in one write. */
    public void send(Packet... packets) {
        ByteBuf bytes = handler.encode(packets);
        transcript.sent(packets);
        write(bytes);
    }

    /** Sends bytes, whatever they mean; an {@code int} saves the casts. */
    public void sendBytes(int... bytes) {
        byte[] values = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            values[i] = (byte) bytes[i];
        }
        sendBytes(values);
    }

    /** Sends bytes, whatever they mean. */
    public void sendBytes(byte[] bytes) {
        transcript.add("> " + HexFormat.ofDelimiter(" ").formatHex(bytes));
        write(Unpooled.copiedBuffer(bytes));
    }

    /**
     * Sends {@code packets} in writes of {@code pieceSize} bytes each, without regard to where one packet ends. TCP may still
     * bring several to the client at once.
     */
    public void sendInPieces(int pieceSize, Packet... packets) {
        ByteBuf bytes = handler.encode(packets);
        transcript.add("> in pieces of " + pieceSize + " bytes:");
        transcript.sent(packets);
        while (bytes.readableBytes() > pieceSize) {
            write(bytes.readRetainedSlice(pieceSize));
        }
        write(bytes);
    }

    /**
     * Sends the first {@code count} bytes of {@code packets}, then closes the connection, and returns when that is done.
     *
     * @throws IllegalArgumentException if they have fewer bytes
     */
    public void cutAfter(int count, Packet... packets) {
        ByteBuf bytes = handler.encode(packets);
        if (count > bytes.readableBytes()) {
            throw new IllegalArgumentException("they have only " + bytes.readableBytes() + " bytes, not " + count);
        }
        transcript.add("> only the first " + count + " bytes, then the end, of:");
        transcript.sent(packets);
        await(channel.writeAndFlush(bytes.slice(0, count)).addListener(ChannelFutureListener.CLOSE), "to be written");
        await(channel.closeFuture(), "to close");
    }

    /** Closes the connection gracefully after all that was sent: the client sees the end of the stream. */
    public void close() {
        transcript.add("> end of the stream");
        await(channel.close(), "to close");
    }

    /** Resets the connection: the client sees an error, and what it had not yet read is lost. */
    public void reset() {
        transcript.add("> reset");
        channel.config().setSoLinger(0);
        await(channel.close(), "to close");
    }

    /** Takes nothing more from the network: the client's writes pile up, in time to its own end. */
    public void stopReading() {
        await(channel.eventLoop().submit(() -> channel.config().setAutoRead(false)), "to stop reading");
    }

    /** Undoes {@link #stopReading()}. */
    public void resumeReading() {
        await(channel.eventLoop().submit(() -> channel.config().setAutoRead(true)), "to read again");
    }

    /** Returns every packet that came until now, taken or not. */
    public List<Packet> received() {
        return transcript.packets();
    }

    /** Returns every byte that came until now. */
    public byte[] receivedBytes() {
        return transcript.bytes();
    }

    /** Returns the conversation until now, one packet on each line. */
    @Override
    public String toString() {
        return transcript.toString();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // its listener hears how it went
    private void write(ByteBuf bytes) {
        channel.writeAndFlush(bytes).addListener(written -> {
            if (!written.isSuccess()) {
                transcript.add("(the last could not be sent: " + written.cause() + ")");
            }
        });
    }

    private void await(Future<?> future, String what) {
        if (!future.awaitUninterruptibly(patience.toMillis())) {
            throw new AssertionError("Expected the connection " + what + " within " + patience + "." + transcript);
        }
    }

    private Packet nextPacket(String expected) {
        Arrival arrival = next(expected);
        Packet packet = arrival.packet();
        if (packet == null) {
            throw unexpected(expected, arrival.words());
        }
        return packet;
    }

    private Arrival next(String expected) {
        Arrival arrival = poll(patience);
        if (arrival == null) {
            throw unexpected(expected, "nothing within " + patience);
        }
        return arrival;
    }

    private @Nullable Arrival poll(Duration atMost) {
        Arrival arrival = Waiting.until(() -> arrivals.poll(atMost.toMillis(), TimeUnit.MILLISECONDS));
        if (arrival != null && arrival.kind() == Arrival.Kind.END) {
            arrivals.add(arrival); // it stays ended
        }
        return arrival;
    }

    private AssertionError unexpected(String expected, String actual) {
        return new AssertionError("Expected " + expected + ",\nbut there came " + actual + "." + transcript);
    }

    /** What can come: packets, then perhaps what is no packet, then the end. */
    private record Arrival(Kind kind, @Nullable Packet packet, String words) {
        enum Kind {
            PACKET,
            VIOLATION,
            END
        }
    }

    /** Runs on the event loop. */
    private final class Recorder extends PacketHandler {

        private boolean ended;

        @Override
        void onBytes(ByteBuf bytes) {
            transcript.received(bytes);
        }

        @Override
        void onPacket(ChannelHandlerContext context, Packet packet) {
            transcript.received(packet);
            arrivals.add(new Arrival(Arrival.Kind.PACKET, packet, packet.toString()));
        }

        @Override
        void onViolation(ChannelHandlerContext context, ProtocolViolationException violation) {
            String words = "what is not MQTT: " + violation.getMessage();
            transcript.add("< " + words);
            arrivals.add(new Arrival(Arrival.Kind.VIOLATION, null, words));
        }

        @Override
        void onEnd(@Nullable Throwable failure) {
            if (!ended) {
                ended = true;
                String words = failure == null ? "the end of the connection" : "the end of the connection: " + failure;
                transcript.add("< " + words);
                arrivals.add(new Arrival(Arrival.Kind.END, null, words));
            }
        }
    }

    /** All that was said, for people and for later questions. */
    private static final class Transcript {

        private final List<String> lines = new ArrayList<>();
        private final List<Packet> packets = new ArrayList<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        synchronized void add(String line) {
            lines.add(line);
        }

        synchronized void sent(Packet... sent) {
            for (Packet packet : sent) {
                lines.add("> " + packet);
            }
        }

        synchronized void received(Packet packet) {
            lines.add("< " + packet);
            packets.add(packet);
        }

        synchronized void received(ByteBuf chunk) {
            byte[] copy = new byte[chunk.readableBytes()];
            chunk.getBytes(chunk.readerIndex(), copy);
            bytes.writeBytes(copy);
        }

        synchronized List<Packet> packets() {
            return List.copyOf(packets);
        }

        synchronized byte[] bytes() {
            return bytes.toByteArray();
        }

        @Override
        public synchronized String toString() {
            return lines.isEmpty()
                    ? "\nNothing was said on this connection."
                    : "\nThe conversation (< from the client, > to it):\n" + String.join("\n", lines);
        }
    }
}
