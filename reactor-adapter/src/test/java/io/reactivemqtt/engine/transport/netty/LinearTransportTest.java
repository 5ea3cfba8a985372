package io.reactivemqtt.engine.transport.netty;

import static io.reactivemqtt.LinearWork.assertLinearInAll;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.engine.transport.Endpoint;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** In however many frames and reads a Server says what it says: what that costs grows with them and no faster. */
class LinearTransportTest {

    private static final int BINARY = 0x02;
    private static final int LAST = 0x80;
    private static final int PING = 0x89;
    private static final byte[] PACKET = {(byte) 0xD0, 0};

    private final ClientOptions options = ClientOptions.of(each -> {});

    private EmbeddedChannel channel(PacketHandlerTest.Later listener, boolean webSocket) {
        Opening opening = new Opening(Endpoint.of(URI.create("ws://localhost:1883")), null);
        PacketHandler handler = new PacketHandler(PacketHandlerTest.LOOP, options.session(), opening, listener);
        return webSocket
                ? new EmbeddedChannel(
                        new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                                .expectMaskedFrames(false)
                                .build()),
                        new WebSocket13FrameEncoder(true),
                        new WebSocketFrames(),
                        handler)
                : new EmbeddedChannel(handler);
    }

    /** What {@code count} reads cost, each of which has what {@code part} writes for it. */
    private Runnable reading(int count, boolean webSocket, boolean oneRead, Part part, int packets) {
        ByteBuf all = Unpooled.buffer();
        int[] ends = new int[count];
        for (int i = 0; i < count; i++) {
            part.write(i, all);
            ends[i] = all.writerIndex();
        }
        return () -> {
            PacketHandlerTest.Later listener = new PacketHandlerTest.Later();
            EmbeddedChannel channel = channel(listener, webSocket);
            if (oneRead) {
                channel.writeInbound(all.copy());
            } else {
                int start = 0;
                for (int end : ends) {
                    channel.writeInbound(all.copy(start, end - start));
                    channel.releaseOutbound();
                    start = end;
                }
            }
            assertThat(listener.heard.stream().filter("PingResp"::equals)).hasSize(packets);
            channel.finishAndReleaseAll();
        };
    }

    private interface Part {
        void write(int index, ByteBuf target);
    }

    private static void frame(int first, byte[] content, int from, int length, ByteBuf target) {
        target.writeByte(first).writeByte(length).writeBytes(content, from, length);
    }

    private void assertLinearReading(int size, boolean webSocket, Part part, boolean aPacketEach) {
        for (boolean oneRead : new boolean[] {true, false}) {
            assertLinearInAll(size, count -> reading(count, webSocket, oneRead, part, aPacketEach ? count : 0));
        }
    }

    @Test
    void packetsWithoutFrames() {
        assertLinearReading(1_000, false, (i, target) -> target.writeBytes(PACKET), true);
    }

    @Test
    void framesOfOnePacketEach() {
        assertLinearReading(1_000, true, (i, target) -> frame(LAST | BINARY, PACKET, 0, 2, target), true);
    }

    @Test
    void fragmentsOfOneMessage() {
        assertLinearReading(1_000, true, (i, target) -> frame(i == 0 ? BINARY : 0, PACKET, 0, 2, target), true);
    }

    @Test
    void fragmentsOfNothing() {
        assertLinearReading(2_000, true, (i, target) -> frame(i == 0 ? BINARY : 0, PACKET, 0, 0, target), false);
    }

    @Test
    void pings() {
        assertLinearReading(1_000, true, (i, target) -> frame(PING, PACKET, 0, 2, target), false);
    }

    /** A PUBLISH that says that it has 60 KB, and of which one byte comes in each frame. */
    @Test
    void fragmentsOfOnePacket() {
        byte[] head = {0x30, (byte) 0xE0, (byte) 0xD4, 3, 0, 1, 'a', 0};
        assertLinearReading(
                1_000,
                true,
                (i, target) ->
                        frame(i == 0 ? BINARY : 0, i < head.length ? head : new byte[head.length], i % 8, 1, target),
                false);
    }
}
