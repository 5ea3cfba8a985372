package io.reactivemqtt.engine.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.engine.transport.Endpoint;
import io.reactivemqtt.fuzz.Pieces;
import io.reactivemqtt.fuzz.Promise;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames of a WebSocket: a byte that says whether what follows is frames as a peer sends them, or bytes of MQTT that are put into frames
 * here; one for the pieces; then that. What the listener hears is what it hears of the same bytes without frames, up to the first frame
 * that is none; then the channel is closed, and why is told as a failure of I/O. Nothing is kept that was read.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a channel that is in memory has closed when it returns
public final class WebSocketTarget {

    private static final int HEAD = 2;
    private static final int LARGEST_FRAME = 64 * 1024;
    private static final SessionOptions OPTIONS = SessionOptions.builder().build();
    private static final Endpoint ENDPOINT = Endpoint.of(URI.create("ws://localhost/mqtt"));
    private static final WebSocketDecoderConfig DECODING = WebSocketDecoderConfig.newBuilder()
            .expectMaskedFrames(false)
            .maxFramePayloadLength(LARGEST_FRAME)
            .build();

    private WebSocketTarget() {}

    /** What Jazzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < HEAD) {
            return;
        }
        Pieces pieces = new Pieces(input[1]);
        byte[] stream = (input[0] & 1) == 0 ? PlainFrames.framed(input, HEAD, pieces) : tail(input);
        PlainFrames frames = PlainFrames.of(stream);

        Heard framed = new Heard();
        EmbeddedChannel channel = new EmbeddedChannel(
                new WebSocket13FrameDecoder(DECODING),
                new WebSocket13FrameEncoder(true),
                new WebSocketFrames(),
                handler(framed));
        read(channel, stream, pieces);
        Heard plain = new Heard();
        EmbeddedChannel without = new EmbeddedChannel(handler(plain));
        read(without, frames.payload(), pieces);

        Promise.equal(framed.packets, plain.packets, "frames matter");
        Promise.equal(framed.violation, plain.violation, "frames matter to what is wrong");
        if (plain.isGoingOn()) {
            Promise.that(framed.isGoingOn() == frames.areGoingOn(), "what is no frame is taken, or what is one is not");
        }
        channel.finishAndReleaseAll();
        without.finishAndReleaseAll();
    }

    private static ChannelHandler handler(Heard heard) {
        return new PacketHandler(Heard.LOOP, OPTIONS, new Opening(ENDPOINT, null), heard);
    }

    private static byte[] tail(byte[] input) {
        byte[] tail = new byte[input.length - HEAD];
        System.arraycopy(input, HEAD, tail, 0, tail.length);
        return tail;
    }

    private static void read(EmbeddedChannel channel, byte[] stream, Pieces pieces) {
        List<ByteBuf> given = new ArrayList<>();
        for (int at = 0; at < stream.length && channel.isOpen(); ) {
            int length = pieces.next(stream.length - at);
            ByteBuf piece = Unpooled.copiedBuffer(stream, at, length);
            given.add(piece);
            channel.writeInbound(piece);
            channel.releaseOutbound();
            at += length;
        }
        channel.checkException();
        channel.close();
        for (ByteBuf piece : given) {
            Promise.that(piece.refCnt() == 0, "what was read is kept");
        }
    }
}
