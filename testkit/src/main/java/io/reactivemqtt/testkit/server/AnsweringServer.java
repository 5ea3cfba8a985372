package io.reactivemqtt.testkit.server;

import io.netty.channel.ChannelHandlerContext;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PingReq;
import io.reactivemqtt.packet.PingResp;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.packet.Unsubscribe;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * An MQTT Server that says yes to everything at once and does nothing: what a client costs by itself is measured against it.
 *
 * <p>It accepts every CONNECT with a new Session, grants every subscription the QoS it asks for, acknowledges every message and
 * delivers none. Thread-safe.
 */
public final class AnsweringServer implements AutoCloseable {

    private final LongAdder connections = new LongAdder();
    private final LongAdder completed = new LongAdder();
    private final AtomicLongArray messages = new AtomicLongArray(3);
    private final Listener listener = new Listener(0, channel -> new Answers());

    private AnsweringServer() {}

    /** Starts one on a free port. */
    public static AnsweringServer start() {
        return new AnsweringServer();
    }

    /** Returns where it listens, as {@code mqtt://127.0.0.1:PORT}. */
    public URI uri() {
        return listener.uri();
    }

    /** Returns how many CONNECTs came. */
    public long connections() {
        return connections.sum();
    }

    /** Returns how many PUBLISHes of this QoS came, repeats included. */
    public long messages(Qos qos) {
        return messages.get(qos.level());
    }

    /** Returns how many QoS 2 flows came to their PUBREL, repeats included. */
    public long completedFlows() {
        return completed.sum();
    }

    /** Closes the port and every connection. */
    @Override
    public void close() {
        listener.close();
    }

    /** One connection. What one read brings is answered in one flush. */
    @SuppressWarnings(
            "FutureReturnValueIgnored") // a write or close that fails ends the connection, which is all there is to do
    private final class Answers extends PacketHandler {

        @Override
        void onPacket(ChannelHandlerContext context, Packet packet) {
            if (packet instanceof Disconnect) {
                context.close();
                return;
            }
            Packet answer = answerTo(packet);
            if (answer != null) {
                context.write(encode(answer), context.voidPromise());
            }
        }

        private @Nullable Packet answerTo(Packet packet) {
            if (packet instanceof Publish publish) {
                return answerTo(publish);
            } else if (packet instanceof PubRel pubRel) {
                completed.increment();
                return new PubComp(pubRel.packetIdentifier(), ReasonCode.SUCCESS);
            } else if (packet instanceof PingReq) {
                return PingResp.INSTANCE;
            } else if (packet instanceof Connect) {
                connections.increment();
                return ConnAck.accepted(false);
            } else if (packet instanceof Subscribe subscribe) {
                return new SubAck(subscribe.packetIdentifier(), granted(subscribe));
            } else if (packet instanceof Unsubscribe unsubscribe) {
                return new UnsubAck(
                        unsubscribe.packetIdentifier(),
                        Collections.nCopies(unsubscribe.topicFilters().size(), ReasonCode.SUCCESS),
                        null,
                        UserProperties.EMPTY);
            }
            return null;
        }

        private @Nullable Packet answerTo(Publish publish) {
            Qos qos = publish.message().qos();
            messages.incrementAndGet(qos.level());
            return switch (qos) {
                case AT_MOST_ONCE -> null;
                case AT_LEAST_ONCE -> new PubAck(publish.packetIdentifier(), ReasonCode.SUCCESS);
                case EXACTLY_ONCE -> new PubRec(publish.packetIdentifier(), ReasonCode.SUCCESS);
            };
        }

        private static List<ReasonCode> granted(Subscribe subscribe) {
            return subscribe.subscriptions().stream()
                    .map(subscription -> switch (subscription.qos()) {
                        case AT_MOST_ONCE -> ReasonCode.SUCCESS;
                        case AT_LEAST_ONCE -> ReasonCode.GRANTED_QOS_1;
                        case EXACTLY_ONCE -> ReasonCode.GRANTED_QOS_2;
                    })
                    .toList();
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        void onViolation(ChannelHandlerContext context, ProtocolViolationException violation) {
            context.close();
        }

        @Override
        void onEnd(@Nullable Throwable failure) {
            // nothing is kept of a connection
        }
    }
}
