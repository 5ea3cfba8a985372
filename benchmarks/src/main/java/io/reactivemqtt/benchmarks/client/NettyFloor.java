package io.reactivemqtt.benchmarks.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What no client goes below: the event loop, the bytes and what {@link Messages} adds. It does nothing but what is asked for: no
 * errors of the peer, no time, no queue, no session.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a lost connection ends the run
final class NettyFloor implements BenchmarkClient, Asking {

    private static final MultiThreadIoEventLoopGroup LOOP = new MultiThreadIoEventLoopGroup(
            1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());

    private static final Class<? extends SocketChannel> CHANNEL =
            Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;

    /** What there is of a message beside its bytes. */
    enum Messages {
        /** Nothing: what is sent was encoded before, what comes is skipped over. */
        NONE,
        /** One object for each message: it is made, encoded, and kept until it is acknowledged; or decoded and handed over. */
        OBJECTS
    }

    private final Messages messages;
    private final FloorLayers layers;

    @SuppressWarnings("NullAway.Init") // by connect
    private Wire wire;

    private @Nullable Channel channel;

    NettyFloor(Messages messages, Way way) {
        this.messages = messages;
        this.layers = new FloorLayers(way);
    }

    /** What an application publishes and gets. */
    @SuppressWarnings("UnusedVariable") // an application would look at all of it
    private static final class Message {
        final byte[] topic;
        final byte[] payload;
        final int qos;

        Message(byte[] topic, byte[] payload, int qos) {
            this.topic = topic;
            this.payload = payload;
            this.qos = qos;
        }
    }

    @Override
    public void connect(String host, int port, String clientIdentifier) throws InterruptedException {
        wire = new Wire();
        CompletableFuture<Void> ready = new CompletableFuture<>();
        channel = new Bootstrap()
                .group(LOOP)
                .channel(CHANNEL)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel initialized) throws Exception {
                        layers.add(initialized, host, port, ready);
                        initialized.pipeline().addLast(wire);
                    }
                })
                .connect(host, port)
                .sync()
                .channel();
        ready.join();
        byte[] name = clientIdentifier.getBytes(StandardCharsets.UTF_8);
        ask(buffer -> buffer.writeByte(0x10)
                .writeByte(13 + name.length)
                .writeShort(4)
                .writeBytes("MQTT".getBytes(StandardCharsets.US_ASCII))
                .writeByte(5)
                .writeByte(2)
                .writeShort(60)
                .writeByte(0)
                .writeShort(name.length)
                .writeBytes(name));
    }

    private interface Writer {
        void write(ByteBuf buffer);
    }

    private Channel channel() {
        if (channel == null) {
            throw new IllegalStateException("not connected");
        }
        return channel;
    }

    /** Sends a packet and waits for its answer. */
    private void ask(Writer writer) {
        CompletableFuture<Void> answered = new CompletableFuture<>();
        onLoop(() -> {
            wire.answered = answered;
            ByteBuf buffer = channel().alloc().directBuffer(256);
            writer.write(buffer);
            channel().writeAndFlush(buffer, channel().voidPromise());
        });
        answered.join();
    }

    private void onLoop(Runnable task) {
        channel().eventLoop().execute(task);
    }

    @Override
    public void publish(String topic, int qos, byte[] payload, int count) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        onLoop(() -> wire.publish(topic, qos, payload, count, done));
        done.join();
    }

    @Override
    public void subscribe(String topicFilter, int qos, Arrivals arrivals) {
        byte[] filter = topicFilter.getBytes(StandardCharsets.UTF_8);
        ask(buffer -> {
            wire.arrivals = arrivals;
            buffer.writeByte(0x82)
                    .writeByte(6 + filter.length)
                    .writeShort(1)
                    .writeByte(0)
                    .writeShort(filter.length)
                    .writeBytes(filter)
                    .writeByte(qos);
        });
    }

    @Override
    public void publishOneByOne(String topic, byte[] payload, long[] nanos) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        onLoop(() -> wire.publishOneByOne(topic, payload, nanos, done));
        done.join();
    }

    @Override
    public void respond(String topic, String responseTopic, byte[] payload) {
        Runnable answer = prepared(responseTopic, payload);
        subscribe(topic, 1, bytes -> answer.run());
    }

    @Override
    public void requestOneByOne(String topic, String responseTopic, byte[] payload, long[] nanos) {
        Runnable request = prepared(topic, payload);
        PingPong times = new PingPong(nanos);
        subscribe(responseTopic, 1, bytes -> times.acknowledge());
        try {
            times.run(() -> {
                onLoop(request);
                return null;
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns what sends one message, when it is called on the loop. */
    private Runnable prepared(String topic, byte[] payload) {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        onLoop(() -> {
            wire.begin(topic, 1, payload);
            ready.complete(null);
        });
        ready.join();
        return () -> {
            wire.sendOne();
            channel().flush();
        };
    }

    @Override
    public void disconnect() throws InterruptedException {
        onLoop(() -> channel()
                .writeAndFlush(
                        channel().alloc().directBuffer(2).writeByte(0xE0).writeByte(0),
                        channel().voidPromise()));
        channel().closeFuture().sync();
    }

    /** The bytes of one connection. All of it happens on the loop. */
    private final class Wire extends ChannelInboundHandlerAdapter {

        private static final int REFILL = WINDOW / 4;
        private static final int BATCH_BYTES = 64 * 1024;
        private static final byte[] NOTHING = {};
        private static final VarHandle EIGHT_BYTES =
                MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

        private @Nullable ChannelHandlerContext context;
        private @Nullable CompletableFuture<Void> answered;
        private Arrivals arrivals = bytes -> {};
        private @Nullable ByteBuf partial;
        private @Nullable ByteBuf answers;

        // ---- what is published
        private byte[] topic = NOTHING;
        private byte[] payload = NOTHING;
        private int qos;
        private int toSend;
        private int inFlight;
        private int nextIdentifier = 1;
        private @Nullable CompletableFuture<Void> done;
        private @Nullable Message[] pending = {};
        private @Nullable ByteBuf encoded;
        private int encodedLength;
        private byte[] beforeIdentifier = NOTHING;

        // ---- one by one
        private long[] nanos = {};
        private int measured;
        private long begin;

        /** The topic that came last, as a byte array and as its place in the message before. */
        private byte[] receivedTopic = NOTHING;

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            context = ctx;
        }

        private ChannelHandlerContext context() {
            if (context == null) {
                throw new IllegalStateException("no channel");
            }
            return context;
        }

        // ---- out

        void publish(String to, int atQos, byte[] content, int count, CompletableFuture<Void> whenDone) {
            begin(to, atQos, content);
            toSend = count;
            done = whenDone;
            nanos = new long[0];
            pump();
            context().flush();
        }

        void publishOneByOne(String to, byte[] content, long[] into, CompletableFuture<Void> whenDone) {
            begin(to, 1, content);
            done = whenDone;
            nanos = into;
            measured = 0;
            sendOne();
            context().flush();
        }

        private void begin(String to, int atQos, byte[] content) {
            topic = to.getBytes(StandardCharsets.UTF_8);
            qos = atQos;
            payload = content;
            nextIdentifier = 1;
            encodedLength = 0;
            beforeIdentifier = header(content.length);
            pending = new @Nullable Message[WINDOW + 1];
            ByteBuf all = context().alloc().directBuffer();
            for (int i = 1; i <= WINDOW; i++) { // identifiers 1 to WINDOW, over and over
                encode(all, payload, i);
                encodedLength = encodedLength == 0 ? all.readableBytes() : encodedLength;
            }
            if (encoded != null) {
                encoded.release();
            }
            encoded = all;
        }

        private void encode(ByteBuf target, byte[] content, int identifier) {
            target.writeBytes(beforeIdentifier);
            if (qos > 0) {
                target.writeMedium(identifier << 8); // and no properties
            } else {
                target.writeByte(0);
            }
            target.writeBytes(content);
        }

        private byte[] header(int contentLength) {
            int length = 3 + topic.length + (qos > 0 ? 2 : 0) + contentLength;
            ByteBuf header = context().alloc().buffer();
            header.writeByte(0x30 | qos << 1);
            while (length > 127) {
                header.writeByte((length & 0x7F) | 0x80);
                length >>>= 7;
            }
            header.writeByte(length).writeShort(topic.length).writeBytes(topic);
            byte[] bytes = ByteBufUtil.getBytes(header);
            header.release();
            return bytes;
        }

        private void sendOne() {
            toSend = 1;
            begin = System.nanoTime();
            send(1);
        }

        private void pump() {
            if (toSend > 0 && qos == 0) {
                while (toSend > 0 && context().channel().isWritable()) {
                    send(Math.min(toSend, Math.max(1, BATCH_BYTES / encodedLength)));
                    context().flush();
                }
            } else if (toSend > 0 && (inFlight == 0 || WINDOW - inFlight >= REFILL)) {
                send(Math.min(toSend, WINDOW - inFlight));
            }
            CompletableFuture<Void> waiting = done;
            if (waiting != null && toSend == 0 && inFlight == 0 && nanos.length == 0) {
                done = null;
                waiting.complete(null);
            }
        }

        private void send(int count) {
            int rest = count;
            while (rest > 0) {
                int run = Math.min(rest, WINDOW - nextIdentifier + 1);
                context()
                        .write(
                                messages == Messages.NONE ? encodedBefore(run) : encodedNow(run),
                                context().voidPromise());
                nextIdentifier = nextIdentifier + run > WINDOW ? 1 : nextIdentifier + run;
                rest -= run;
            }
            toSend -= count;
            inFlight += qos > 0 ? count : 0;
        }

        private ByteBuf encodedBefore(int count) {
            if (encoded == null) {
                throw new IllegalStateException("nothing to send");
            }
            return encoded.retainedSlice((nextIdentifier - 1) * encodedLength, count * encodedLength);
        }

        private ByteBuf encodedNow(int count) {
            ByteBuf target = context().alloc().directBuffer(count * encodedLength);
            for (int i = 0; i < count; i++) {
                Message message = new Message(topic, payload, qos);
                pending[nextIdentifier + i] = message;
                encode(target, message.payload, nextIdentifier + i);
            }
            return target;
        }

        // ---- in

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object read) {
            ByteBuf bytes = (ByteBuf) read;
            if (partial != null) {
                partial.writeBytes(bytes);
                bytes.release();
                bytes = partial;
                partial = null;
            }
            decode(bytes);
            if (bytes.isReadable()) {
                partial = ctx.alloc().directBuffer(bytes.readableBytes() * 2).writeBytes(bytes);
            }
            bytes.release();
        }

        private void decode(ByteBuf bytes) {
            int at = bytes.readerIndex();
            int limit = bytes.writerIndex();
            while (limit - at >= 2) {
                int length = 0;
                int body = at + 1;
                int digit = 0x80;
                for (int shift = 0; digit < 0 || shift == 0; shift += 7) {
                    if (body == limit) {
                        bytes.readerIndex(at);
                        return;
                    }
                    digit = bytes.getByte(body++);
                    length |= (digit & 0x7F) << shift;
                }
                if (limit - body < length) {
                    break;
                }
                take(bytes.getByte(at) & 0xFF, bytes, body, body + length);
                at = body + length;
            }
            bytes.readerIndex(at);
        }

        private void take(int first, ByteBuf bytes, int body, int end) {
            switch (first >> 4) {
                case 2, 9 -> {
                    CompletableFuture<Void> waiting = answered;
                    if (waiting != null) {
                        waiting.complete(null);
                    }
                }
                case 3 -> onPublish(first >> 1 & 3, bytes, body, end);
                case 4, 7 -> onAcknowledged(bytes.getShort(body));
                case 5 -> answer(0x62, bytes.getShort(body));
                case 6 -> answer(0x70, bytes.getShort(body));
                default -> throw new IllegalStateException("a packet that no benchmark expects: " + first);
            }
        }

        private void onAcknowledged(short identifier) {
            inFlight--;
            if (messages == Messages.OBJECTS) {
                pending[identifier] = null;
            }
            if (nanos.length > 0) {
                nanos[measured++] = System.nanoTime() - begin;
                if (measured < nanos.length) {
                    sendOne();
                } else {
                    nanos = new long[0];
                }
            }
        }

        private void onPublish(int receivedQos, ByteBuf bytes, int body, int end) {
            int topicLength = bytes.getShort(body);
            int topicAt = body + 2;
            int identifierAt = topicAt + topicLength;
            int contentAt = identifierAt + (receivedQos > 0 ? 2 : 0) + 1;
            int size = end - contentAt;
            if (messages == Messages.OBJECTS) {
                byte[] content = new byte[size];
                bytes.getBytes(contentAt, content);
                Message message = new Message(topic(bytes, topicAt, topicLength), content, receivedQos);
                size = message.payload.length;
            }
            arrivals.message(size);
            if (receivedQos > 0) {
                answer(receivedQos == 1 ? 0x40 : 0x50, bytes.getShort(identifierAt));
            }
        }

        private byte[] topic(ByteBuf bytes, int at, int length) {
            boolean known = receivedTopic.length == length;
            int i = 0;
            for (; known && i + Long.BYTES <= length; i += Long.BYTES) {
                known = bytes.getLong(at + i) == (long) EIGHT_BYTES.get(receivedTopic, i);
            }
            for (; known && i < length; i++) {
                known = bytes.getByte(at + i) == receivedTopic[i];
            }
            if (!known) {
                receivedTopic = new byte[length];
                bytes.getBytes(at, receivedTopic);
            }
            return receivedTopic;
        }

        private void answer(int first, short identifier) {
            ByteBuf target = answers;
            if (target == null) {
                target = context().alloc().directBuffer(4096);
                answers = target;
            }
            target.writeInt(first << 24 | 2 << 16 | (identifier & 0xFFFF));
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (answers != null) {
                ctx.write(answers, ctx.voidPromise());
                answers = null;
            }
            pump();
            ctx.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (ctx.channel().isWritable() && done != null) {
                pump();
                ctx.flush();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (encoded != null) {
                encoded.release();
                encoded = null;
            }
        }
    }
}
