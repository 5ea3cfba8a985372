package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.SessionEvent;
import io.reactivemqtt.Subscription.RetainHandling;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.reactor.ReceivedMessage;
import io.reactivemqtt.reactor.SubscriptionOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One client of a script: what a command says is what the client's method of the same name does. */
final class ScriptClient {

    /** By the number that stands in SUBSCRIBE. */
    static final List<RetainHandling> RETAIN_HANDLINGS =
            List.of(RetainHandling.SEND, RetainHandling.SEND_IF_NEW, RetainHandling.DO_NOT_SEND);

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MOST_MESSAGES_AT_ONCE = 1_000_000;

    private final String name;
    private final ReactorMqttClient client;
    private final boolean manualAcknowledgement;
    private final Lines lines;

    /** Those of {@code subscribe}, by their Topic Filters. */
    private final Map<String, ScriptSubscriber> subscribers = new ConcurrentHashMap<>();

    private final AtomicLong messages = new AtomicLong();
    private final Map<Long, ReceivedMessage> unacknowledged = new ConcurrentHashMap<>();
    private volatile State state = State.DISCONNECTED;

    private enum State {
        DISCONNECTED,
        CONNECTING,
        CONNECTED,
        RECONNECTING
    }

    private ScriptClient(String name, ReactorMqttClient client, boolean manualAcknowledgement, Lines lines) {
        this.name = name;
        this.client = client;
        this.manualAcknowledgement = manualAcknowledgement;
        this.lines = lines;
        client.events().subscribe(this::happened);
    }

    /** Makes the client that {@code new} asks for. */
    static ScriptClient create(String name, Fields fields, Stores stores, Lines lines) {
        boolean manualAcknowledgement = fields.flag("manualAck", false);
        ReactorMqttClient client = ReactorMqttClient.create(options -> ClientSettings.apply(fields, options, stores));
        return new ScriptClient(name, client, manualAcknowledgement, lines);
    }

    String name() {
        return name;
    }

    // ---- the connection

    void connect(Fields fields, Reply reply) {
        fields.end();
        if (state == State.DISCONNECTED) {
            state = State.CONNECTING;
        }
        reply.of(client.connect().doOnError(failure -> leaveConnecting()), Announcement::of);
    }

    private void leaveConnecting() {
        if (state == State.CONNECTING) {
            state = State.DISCONNECTED;
        }
    }

    void disconnect(Fields fields, Reply reply) {
        Long reason = fields.numberOrNull("reason", 0, 255);
        if (reason != null && reason != ReasonCode.SUCCESS.code()) {
            throw new UnsupportedOperationException("a Reason Code of one's own in DISCONNECT is not supported yet");
        }
        fields.notSupportedYet("sessionExpiry");
        fields.end();
        reply.of(disconnect());
    }

    Mono<Void> disconnect() {
        return client.disconnect();
    }

    void reauthenticate(Fields fields, Reply reply) {
        fields.end();
        reply.failed(new UnsupportedOperationException("reauth: enhanced authentication is not supported yet"));
    }

    void state(Fields fields, Reply reply) {
        fields.end();
        State now = state;
        reply.ok(JSON.objectNode().put("state", now.name()).put("connected", now == State.CONNECTED));
    }

    private void happened(SessionEvent event) {
        if (event instanceof SessionEvent.Connected) {
            state = State.CONNECTED;
        } else if (event instanceof SessionEvent.ReconnectScheduled) {
            state = State.RECONNECTING;
        } else if (event instanceof SessionEvent.Disconnected || event instanceof SessionEvent.ReconnectStopped) {
            state = State.DISCONNECTED;
        }
        tell(Events.of(name, event));
    }

    void tell(ObjectNode event) {
        lines.write(event);
    }

    // ---- messages out

    void publish(Fields fields, Reply reply) {
        ApplicationMessage message = Messages.message(fields);
        Long times = fields.numberOrNull("n", 1, MOST_MESSAGES_AT_ONCE);
        fields.end();
        Publishing.start(client, message, times == null ? 1 : times.intValue(), reply);
    }

    // ---- messages in

    void subscribe(Fields fields, Reply reply) {
        List<SubscriptionOptions> wanted = fields.objects("filters").stream()
                .map(filter -> {
                    SubscriptionOptions options = subscription(filter, Qos.AT_MOST_ONCE);
                    filter.end();
                    return options;
                })
                .toList();
        fields.notSupportedYet("subId"); // the client chooses the Subscription Identifiers
        fields.end();
        Grants grants = new Grants(wanted.size(), reply);
        for (int i = 0; i < wanted.size(); i++) {
            subscribe(wanted.get(i), grants, i);
        }
    }

    /** Subscribes to one filter; a second time: in the place of the first, so that each message is told once. */
    private void subscribe(SubscriptionOptions options, Grants grants, int index) {
        String filter = options.subscription().topicFilter().toString();
        ScriptSubscriber subscriber = new ScriptSubscriber(
                this, null, options, Long.MAX_VALUE, grants, index, ended -> subscribers.remove(filter, ended));
        ScriptSubscriber before = subscribers.put(filter, subscriber);
        if (before != null) {
            before.replace();
        }
        client.subscribe(subscriber.options()).subscribe(subscriber);
        if (before != null) {
            before.cancel(); // after it, so that the filter is never without a subscriber
        }
    }

    /**
     * Makes the subscriber of {@code stream}, which is yet to be started.
     *
     * @param onEnd hears when no more messages come
     */
    ScriptSubscriber stream(String stream, Fields fields, Reply reply, Consumer<? super ScriptSubscriber> onEnd) {
        SubscriptionOptions options = subscription(fields, Qos.EXACTLY_ONCE);
        Long request = fields.numberOrNull("request", 0, Long.MAX_VALUE);
        fields.end();
        return new ScriptSubscriber(
                this, stream, options, request == null ? 0 : request, new Grants(1, reply), 0, onEnd);
    }

    void start(ScriptSubscriber stream) {
        client.subscribe(stream.options()).subscribe(stream);
    }

    private static SubscriptionOptions subscription(Fields fields, Qos otherwise) {
        String filter = fields.text("filter");
        Long retainHandling = fields.numberOrNull("rh", 0, 2);
        return SubscriptionOptions.of(filter, fields.qos("qos", otherwise))
                .withServerOptions(
                        fields.flag("nl", false),
                        fields.flag("rap", false),
                        RETAIN_HANDLINGS.get(retainHandling == null ? 0 : retainHandling.intValue()));
    }

    void unsubscribe(Fields fields, Reply reply) {
        List<String> filters = fields.texts("filters");
        fields.end();
        List<Mono<ReasonCode>> requests =
                filters.stream().map(client::unsubscribe).toList(); // all of them are filters
        Grants grants = new Grants(filters.size(), reply);
        for (int i = 0; i < filters.size(); i++) {
            int index = i;
            String packet = "UNSUBSCRIBE " + filters.get(i);
            requests.get(i)
                    .subscribe(code -> grants.answered(index, packet, code), failure -> grants.failed(index, failure));
        }
    }

    void received(@Nullable String stream, ReceivedMessage message) {
        long number = messages.incrementAndGet();
        ObjectNode event = Messages.event(name, stream, number, message);
        if (!manualAcknowledgement) {
            lines.write(event, message::acknowledge);
        } else {
            if (message.qos() != Qos.AT_MOST_ONCE) {
                unacknowledged.put(number, message); // first: the reader may be quick
            }
            lines.write(event);
        }
    }

    void acknowledge(Fields fields, Reply reply) {
        long number = fields.number("msg", 1, Long.MAX_VALUE);
        Long reason = fields.numberOrNull("reason", 0, 255);
        fields.end();
        ReasonCode code = reason == null ? ReasonCode.SUCCESS : ReasonCode.of(reason.intValue());
        if (code == null) {
            throw fields.wrong("reason", "a Reason Code of the standard");
        }
        ReceivedMessage message = unacknowledged.get(number);
        if (message == null) {
            throw new IllegalArgumentException("no message " + number + " waits for an acknowledgement");
        }
        message.acknowledge(code); // refuses a code that does not stand there, and the message waits on
        unacknowledged.remove(number);
        reply.ok();
    }

    // ---- the Session

    void save(Fields fields, Reply reply) {
        fields.end();
        reply.of(client.saveSession(), session -> JSON.objectNode().put("session", session));
    }

    void restore(Fields fields, Reply reply) {
        String session = fields.text("session");
        fields.end();
        reply.of(client.restoreSession(session));
    }

    void inspect(Fields fields, Reply reply) {
        fields.end();
        reply.of(client.inspectSession(), Inspection::of);
    }
}
