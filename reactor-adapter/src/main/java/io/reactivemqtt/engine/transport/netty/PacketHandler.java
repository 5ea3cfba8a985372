package io.reactivemqtt.engine.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.AttributeKey;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.client.TlsSession;
import io.reactivemqtt.codec.DecoderLimits;
import io.reactivemqtt.codec.ForeignProtocol;
import io.reactivemqtt.codec.PacketDecoder;
import io.reactivemqtt.engine.loop.Loop;
import io.reactivemqtt.engine.transport.Transport;
import io.reactivemqtt.engine.transport.TransportListener;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Bytes to packets and back in a Netty pipeline.
 *
 * <p>Many packets are encoded into one buffer, which leaves at {@link #flush}. What arrives is decoded where it lies; only a
 * packet that is split between two reads is copied.
 */
@SuppressWarnings(
        "FutureReturnValueIgnored") // a write or close that fails comes back as exceptionCaught or channelInactive
final class PacketHandler extends ChannelInboundHandlerAdapter implements Transport {

    /** What the handshake of the channel has negotiated. */
    static final AttributeKey<TlsSession> TLS_SESSION = AttributeKey.valueOf(PacketHandler.class, "tls");

    private static final int LARGEST_BEFORE_CONNACK = 64 * 1024;

    /** So long a connection that ends may take for its last bytes. */
    private static final long CLOSE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Loop loop;
    private final SessionOptions options;
    private final BatchWriter writer;
    private final PacketDecoder decoder;
    private @Nullable TransportListener listener;

    /** Names what fails before CONNACK; null after it. */
    private @Nullable Opening opening;

    /** Who heard of this read and must hear of its end, even if what was read closed the connection. */
    private @Nullable TransportListener reader;

    private @Nullable ChannelHandlerContext context;

    private final PartialPacket partial = new PartialPacket();

    /** Whether a packet has come: from then on what comes is MQTT, well or badly spoken. */
    private boolean serverKnown;

    /** Nothing more is looked at, though the listener may hear of that later. */
    private boolean malformed;

    private @Nullable ProgressWatch progress;

    PacketHandler(Loop loop, SessionOptions options, Opening opening, TransportListener listener) {
        this.loop = loop;
        this.options = options;
        this.opening = opening;
        this.listener = listener;
        this.writer = new BatchWriter(options.protocolVersion());
        this.decoder = new PacketDecoder(
                options.protocolVersion(),
                new DecoderLimits(
                        Math.min(options.maximumPacketSize(), LARGEST_BEFORE_CONNACK), options.topicAliasMaximum()));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        if (listener != null) {
            listener.opened(this);
        }
    }

    // ---- what the engine wants

    @Override
    public void write(Packet packet) {
        ChannelHandlerContext ctx = context;
        if (ctx != null && listener != null) {
            writer.write(packet, ctx);
        }
    }

    @Override
    public void write(ApplicationMessage message, int packetIdentifier, boolean dup) {
        ChannelHandlerContext ctx = context;
        if (ctx != null && listener != null) {
            writer.write(message, packetIdentifier, dup, ctx);
        }
    }

    @Override
    public void write(PacketType acknowledgement, int packetIdentifier, ReasonCode reasonCode) {
        ChannelHandlerContext ctx = context;
        if (reasonCode != ReasonCode.SUCCESS) {
            Transport.super.write(acknowledgement, packetIdentifier, reasonCode);
        } else if (ctx != null && listener != null) {
            writer.write(acknowledgement, packetIdentifier, ctx);
        }
    }

    @Override
    public void flush() {
        if (context != null) {
            writer.flush(context);
        }
    }

    @Override
    public void close() {
        ChannelHandlerContext ctx = context;
        if (listener == null || ctx == null) {
            return;
        }
        ByteBuf last = writer.takeBatch();
        end();
        if (last == null) {
            last = Unpooled.EMPTY_BUFFER; // what was flushed before it leaves first too
        }
        ctx.channel().config().setAutoRead(false); // nobody listens any more
        ctx.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
        Disposable impatience = loop.schedule(() -> closeHard(ctx), CLOSE_TIMEOUT_NANOS);
        ctx.channel().closeFuture().addListener(closed -> impatience.dispose());
    }

    /** A peer that reads nothing does not keep the socket open: what has not left is given up. */
    private static void closeHard(ChannelHandlerContext ctx) {
        if (ctx.channel().isOpen()) {
            ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            ctx.pipeline().firstContext().close(); // past what would send more, such as the end of TLS
        }
    }

    @Override
    public void readingPaused(boolean paused) {
        if (context != null) {
            context.channel().config().setAutoRead(!paused);
        }
    }

    @Override
    public boolean isTakingBytes() {
        ChannelHandlerContext ctx = context;
        ChannelOutboundBuffer waiting =
                ctx == null ? null : ctx.channel().unsafe().outboundBuffer();
        return waiting != null && writer.isProgressing(waiting, loop.nanoTime());
    }

    @Override
    public @Nullable TlsSession tls() {
        Channel channel = context == null ? null : context.channel();
        return channel != null && channel.hasAttr(TLS_SESSION)
                ? channel.attr(TLS_SESSION).get()
                : null;
    }

    @Override
    public void connected(ConnAck connAck) {
        opening = null;
        decoder.maximumPacketSize(options.maximumPacketSize());
        writer.connected(connAck, options.sendTopicAliasMaximum());
    }

    // ---- what the network tells

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (!isHeard()) {
            bytes.release();
            return;
        }
        reader = listener;
        try {
            goOn(bytes);
            if (bytes.isReadable() && isHeard()) {
                decode(bytes);
                if (bytes.isReadable() && isHeard()) {
                    partial.keep(bytes, ctx);
                }
            }
        } finally {
            bytes.release();
        }
        if (partial.isThere() && listener != null) {
            listener.bytes();
            watchProgress();
        }
    }

    private boolean isHeard() {
        return listener != null && !malformed;
    }

    /** Goes on with a packet that has begun, if there is one. */
    private void goOn(ByteBuf bytes) {
        ByteBuf begun = partial.take();
        if (begun == null) {
            return;
        }
        try {
            while (isHeard() && begun.isReadable() && bytes.isReadable()) {
                PartialPacket.complete(begun, bytes, serverKnown);
                decode(begun);
            }
            if (isHeard() && begun.isReadable()) {
                partial.putBack(begun.retain());
            }
        } finally {
            begun.release();
        }
    }

    private void decode(ByteBuf bytes) {
        int start = bytes.readerIndex();
        ByteBuffer view = PartialPacket.viewOf(bytes);
        int offset = view.position();
        if (!serverKnown) {
            String other = ForeignProtocol.nameOf(view);
            if (other != null) {
                fail(Opening.notMqtt(other));
                return;
            }
        }
        try {
            while (listener != null && decodeOne(view, listener)) {
                // until there is no whole packet any more
            }
        } catch (ProtocolViolationException violation) {
            malformed = true;
            if (listener != null) {
                listener.malformed(violation);
            }
        }
        bytes.readerIndex(start + view.position() - offset);
    }

    private boolean decodeOne(ByteBuffer view, TransportListener told) {
        int acknowledgement = decoder.takeAcknowledgement(view);
        if (acknowledgement != PacketDecoder.NO_ACKNOWLEDGEMENT) {
            serverKnown = true;
            told.acknowledgement(
                    PacketDecoder.acknowledgedType(acknowledgement),
                    PacketDecoder.acknowledgedIdentifier(acknowledgement));
            return true;
        }
        Packet packet = decoder.decode(view);
        if (packet == null) {
            return false;
        }
        serverKnown = true;
        told.packet(packet);
        return true;
    }

    private void watchProgress() {
        if (progress == null) {
            progress = new ProgressWatch(loop, partial, this::fail);
        }
        progress.watch();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        TransportListener told = reader;
        reader = null;
        if (told != null) {
            told.readComplete();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (listener != null) {
            listener.writabilityChanged(ctx.channel().isWritable());
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ended(null);
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(opening == null ? cause : opening.named(cause));
    }

    private void fail(Throwable cause) {
        ended(cause);
        if (context != null) {
            context.close();
        }
    }

    private void ended(@Nullable Throwable cause) {
        TransportListener told = listener;
        end();
        if (told != null) {
            told.closed(cause);
        }
    }

    /** From here on nobody listens, and nothing is kept. */
    private void end() {
        listener = null;
        ByteBuf unsent = writer.takeBatch();
        if (unsent != null) {
            unsent.release();
        }
        partial.release();
        if (progress != null) {
            progress.end();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        ended(null);
    }
}
