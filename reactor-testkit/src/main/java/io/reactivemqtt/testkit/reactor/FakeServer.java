package io.reactivemqtt.testkit.reactor;

import io.netty.channel.EventLoopGroup;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.engine.transport.Attempt;
import io.reactivemqtt.engine.transport.ConnectingResources;
import io.reactivemqtt.engine.transport.Connector;
import io.reactivemqtt.engine.transport.TransportListener;
import io.reactivemqtt.packet.Auth;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * The Server of one client, in memory: a test decides what it answers. The client's packets come on the loop; a test reads what is
 * {@code volatile} or concurrent from any thread.
 */
final class FakeServer implements ConnectingResources, Connector, FakeConnection.Peer {

    private static final String ASSIGNED = "assigned";

    private enum Stage {
        NONE,
        /** Open, without CONNACK. */
        OPEN,
        /** CONNACK is sent with what follows. */
        ACCEPTED,
        /** What an earlier connection left is repeated. */
        CONNECTED,
        REFUSED
    }

    private final FakeLoop loop = new FakeLoop();
    private final FakeSession session = new FakeSession();
    private final List<ApplicationMessage> published = new CopyOnWriteArrayList<>();
    private ProtocolVersion version = ProtocolVersion.MQTT_5_0;
    private @Nullable FakeConnection connection;
    private volatile Stage stage = Stage.NONE;

    // ---- what a test decides
    private volatile boolean reachable = true;
    private volatile Consumer<? super ConnAck.Builder> connAck = accepted -> {};
    private volatile Function<? super ApplicationMessage, @Nullable ReasonCode> publishAnswer =
            message -> ReasonCode.SUCCESS;
    private final Map<TopicFilter, ReasonCode> refusals = new ConcurrentHashMap<>();

    // ---- the test

    void reachable(boolean answers) {
        reachable = answers;
    }

    void connAck(Consumer<? super ConnAck.Builder> answer) {
        connAck = answer;
    }

    void publishAnswer(Function<? super ApplicationMessage, @Nullable ReasonCode> answer) {
        publishAnswer = answer;
    }

    void refuse(TopicFilter filter, ReasonCode reasonCode) {
        refusals.put(filter, reasonCode);
    }

    List<ApplicationMessage> published() {
        loop.check();
        return List.copyOf(published);
    }

    Set<TopicFilter> subscriptions() {
        expire();
        return session.subscriptions();
    }

    boolean isConnected() {
        loop.check();
        return stage == Stage.ACCEPTED || stage == Stage.CONNECTED;
    }

    private void expire() {
        loop.execute(() -> session.expireAt(loop.nanoTime()));
        loop.check();
    }

    Delivery deliver(ApplicationMessage message) {
        expire();
        Qos granted = session.granted(message.topicName());
        if (granted == null) {
            throw new IllegalStateException("no subscription matches " + message.topicName() + "; there are "
                    + session.subscriptions() + (isConnected() ? "" : ", and the client is not connected"));
        }
        Qos qos = Qos.of(Math.min(granted.level(), message.qos().level()));
        if (qos == Qos.AT_MOST_ONCE && !isConnected()) {
            throw new IllegalStateException("the client is not connected, so a Server would drop the message");
        }
        Delivery delivery = new Delivery(
                ApplicationMessage.of(
                        message.topicName(), message.payload(), qos, message.retain(), message.properties()),
                loop.nanoTime());
        loop.execute(() -> {
            session.add(delivery);
            sendNext();
        });
        loop.check();
        return delivery;
    }

    /** Loses the connection, after a DISCONNECT if there is a Reason Code. */
    void disconnect(@Nullable ReasonCode reasonCode) {
        List<Packet> last = reasonCode == null ? List.of() : List.of(new Disconnect(reasonCode));
        loop.execute(() -> {
            FakeConnection ended = connection;
            if (ended != null) {
                ended.send(version == ProtocolVersion.MQTT_3_1_1 ? List.of() : last);
                ended.lose();
            }
        });
        loop.check();
    }

    // ---- the connection

    @Override
    public Connector connector(ClientOptions options) {
        return this;
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        throw new UnsupportedOperationException("a Server in memory needs no event loop");
    }

    @Override
    public FakeLoop loop() {
        return loop;
    }

    @Override
    public Disposable connect(Attempt attempt, TransportListener listener) {
        FakeConnection attempted = new FakeConnection(loop, this, listener);
        loop.execute(() -> attempted.open(reachable));
        return attempted::giveUp;
    }

    @Override
    public void opened(FakeConnection opened) {
        connection = opened;
        stage = Stage.OPEN;
    }

    @Override
    public void closed(FakeConnection closed) {
        if (connection == closed) {
            connection = null;
            stage = Stage.NONE;
            session.connectionEnded(loop.nanoTime());
        }
    }

    @Override
    public void answered(FakeConnection answered) {
        if (connection != answered) {
            return;
        }
        if (stage == Stage.REFUSED) {
            answered.lose();
        } else if (stage == Stage.ACCEPTED) {
            stage = Stage.CONNECTED;
            answered.send(session.repeated(loop.nanoTime()));
        }
        sendNext();
    }

    private void sendNext() {
        FakeConnection to = connection;
        if (to != null && stage == Stage.CONNECTED) {
            to.send(session.next(loop.nanoTime()));
        }
    }

    // ---- packets

    @Override
    public List<Packet> answersTo(Packet packet) {
        try {
            return answers(packet);
        } catch (RuntimeException | AssertionError failure) { // what comes out of an answer of the test
            loop.failed(failure);
            if (packet instanceof Connect) {
                stage = Stage.REFUSED;
            }
            return List.of();
        }
    }

    private List<Packet> answers(Packet packet) {
        if (packet instanceof Connect connect) {
            return List.of(onConnect(connect));
        } else if (packet instanceof Publish publish) {
            return onPublish(publish);
        } else if (packet instanceof PubRel pubRel) {
            session.release(pubRel.packetIdentifier());
            return List.of(new PubComp(pubRel.packetIdentifier(), ReasonCode.SUCCESS));
        } else if (packet instanceof PubAck pubAck) {
            session.acknowledge(pubAck.packetIdentifier(), pubAck.reasonCode());
        } else if (packet instanceof PubRec pubRec) {
            if (session.acknowledge(pubRec.packetIdentifier(), pubRec.reasonCode())) {
                return List.of(new PubRel(pubRec.packetIdentifier(), ReasonCode.SUCCESS));
            }
        } else if (packet instanceof PubComp pubComp) {
            session.complete(pubComp.packetIdentifier());
        } else if (packet instanceof Subscribe subscribe) {
            return List.of(onSubscribe(subscribe));
        } else if (packet instanceof Unsubscribe unsubscribe) {
            return List.of(onUnsubscribe(unsubscribe));
        } else if (packet instanceof Auth auth) {
            return List.of(new Auth(ReasonCode.SUCCESS, auth.authenticationMethod(), null, null, UserProperties.EMPTY));
        } else if (packet instanceof PingReq) {
            return List.of(PingResp.INSTANCE);
        }
        return List.of();
    }

    private Packet onConnect(Connect connect) {
        version = connect.protocolVersion();
        ConnAck.Builder answer = ConnAck.builder();
        if (connect.clientIdentifier().isEmpty() && version == ProtocolVersion.MQTT_5_0) {
            answer.assignedClientIdentifier(ASSIGNED);
        }
        String method = connect.authenticationMethod();
        if (method != null) {
            answer.authenticationMethod(method); // it is content with whatever was said
        }
        connAck.accept(answer);
        ConnAck asked = answer.build();
        if (asked.reasonCode().isError()) {
            stage = Stage.REFUSED;
            return asked;
        }
        stage = Stage.ACCEPTED;
        boolean present = session.begin(connect, loop.nanoTime());
        if (asked.sessionExpiryIntervalSeconds() != null) {
            session.expiry(asked.sessionExpiryIntervalSeconds());
        }
        return answer.sessionPresent(present).build();
    }

    private List<Packet> onPublish(Publish publish) {
        int identifier = publish.packetIdentifier();
        boolean repeated = session.has(identifier);
        if (!repeated) {
            published.add(publish.message());
        }
        if (publish.message().qos() == Qos.AT_MOST_ONCE) {
            return List.of();
        }
        ReasonCode answer = repeated ? ReasonCode.SUCCESS : publishAnswer.apply(publish.message());
        if (answer == null) {
            return List.of();
        }
        PubAck.requireReasonCode(answer);
        if (version == ProtocolVersion.MQTT_3_1_1 && answer.isError()) {
            throw new IllegalStateException("a Server of MQTT 3.1.1 cannot refuse a message by " + answer);
        }
        if (publish.message().qos() == Qos.AT_LEAST_ONCE) {
            return List.of(new PubAck(identifier, answer));
        }
        if (!answer.isError()) {
            session.received(identifier);
        }
        return List.of(new PubRec(identifier, answer));
    }

    private Packet onSubscribe(Subscribe subscribe) {
        List<ReasonCode> answers = subscribe.subscriptions().stream()
                .map(asked -> {
                    ReasonCode refusal = refusals.get(asked.topicFilter());
                    if (refusal == null) {
                        return session.subscribe(asked, subscribe.subscriptionIdentifier());
                    }
                    return version == ProtocolVersion.MQTT_3_1_1 ? ReasonCode.UNSPECIFIED_ERROR : refusal;
                })
                .toList();
        return new SubAck(subscribe.packetIdentifier(), answers);
    }

    private Packet onUnsubscribe(Unsubscribe unsubscribe) {
        List<ReasonCode> answers =
                unsubscribe.topicFilters().stream().map(session::unsubscribe).toList();
        return new UnsubAck(
                unsubscribe.packetIdentifier(), version == ProtocolVersion.MQTT_3_1_1 ? List.of() : answers);
    }
}
