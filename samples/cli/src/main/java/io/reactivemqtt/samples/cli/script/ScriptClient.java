package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.DrainReport;
import io.reactivemqtt.client.PublishOptions;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.time.Duration;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One client of a script: what a command says is what the client's method of the same name does. */
final class ScriptClient {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MOST_MESSAGES_AT_ONCE = 1_000_000;

    private final String name;
    private final ReactorMqttClient client;
    private final Incoming incoming;
    private final Lines lines;
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
        this.incoming = new Incoming(name, client, manualAcknowledgement, lines);
        this.lines = lines;
        client.events().subscribe(this::happened);
    }

    /** Makes the client that {@code new} asks for. */
    static ScriptClient create(String name, Fields fields, Stores stores, Lines lines) {
        boolean manualAcknowledgement = fields.flag("manualAck", false);
        ReactorMqttClient client = ReactorMqttClient.create(options -> ClientSettings.apply(fields, options, stores));
        return new ScriptClient(name, client, manualAcknowledgement, lines);
    }

    /** Returns what comes to it. */
    Incoming incoming() {
        return incoming;
    }

    // ---- the connection

    void connect(Fields fields, Reply reply) {
        fields.end();
        if (state == State.DISCONNECTED) {
            state = State.CONNECTING;
        }
        reply.of(client.connect().doOnError(failure -> leaveConnecting()), result -> Announcement.of(result.connAck()));
    }

    private void leaveConnecting() {
        if (state == State.CONNECTING) {
            state = State.DISCONNECTED;
        }
    }

    void disconnect(Fields fields, Reply reply) {
        Long reason = fields.numberOrNull("reason", 0, 255);
        boolean reasonIsWill = reason != null && reason == ReasonCode.DISCONNECT_WITH_WILL_MESSAGE.code();
        if (reason != null && reason != ReasonCode.SUCCESS.code() && !reasonIsWill) {
            throw new UnsupportedOperationException("a Reason Code of one's own in DISCONNECT is not supported yet");
        }
        Long expiry = fields.numberOrNull("sessionExpiry", 0, 0xFFFF_FFFFL);
        boolean withWill = fields.flag("withWill", reasonIsWill);
        Long drain = fields.numberOrNull("drainMs", 0, Integer.MAX_VALUE);
        fields.end();
        Mono<DrainReport> left = client.disconnect(options -> {
            if (expiry != null) {
                options.sessionExpiryInterval(Duration.ofSeconds(expiry));
            }
            if (withWill) {
                options.withWill();
            }
            if (drain != null) {
                options.drainFor(Duration.ofMillis(drain));
            }
        });
        if (drain == null) {
            reply.of(left.then());
        } else {
            reply.of(left, ScriptClient::drained);
        }
    }

    private static ObjectNode drained(DrainReport report) {
        ObjectNode result = JSON.objectNode();
        result.putObject("drained")
                .put("handlersAtWork", report.handlersAtWork())
                .put("inFlight", report.inFlight())
                .put("waiting", report.waiting());
        return result;
    }

    /** Disconnects gracefully, and waits for handlers and for messages on their way as long as the client does by itself. */
    Mono<Void> disconnect() {
        return client.disconnect();
    }

    /** Disconnects, and waits no longer than {@code drainFor}. */
    Mono<Void> disconnect(Duration drainFor) {
        return client.disconnect(drainFor).then();
    }

    void reauthenticate(Fields fields, Reply reply) {
        fields.end();
        reply.of(Mono.defer(client::reauthenticate));
    }

    void state(Fields fields, Reply reply) {
        fields.end();
        State now = state;
        reply.ok(JSON.objectNode().put("state", now.name()).put("connected", now == State.CONNECTED));
    }

    void statistics(Fields fields, Reply reply) {
        fields.end();
        reply.ok(Inspection.of(client.statistics()));
    }

    void states(Fields fields, Reply reply) {
        fields.end();
        client.states().map(changed -> Events.of(name, changed)).subscribe(lines::write);
        reply.ok(JSON.objectNode());
    }

    private void happened(ClientEvent event) {
        if (event instanceof ClientEvent.Connected) {
            state = State.CONNECTED;
        } else if (event instanceof ClientEvent.ReconnectScheduled) {
            state = State.RECONNECTING;
        } else if (event instanceof ClientEvent.Disconnected || event instanceof ClientEvent.ReconnectStopped) {
            state = State.DISCONNECTED;
        }
        lines.write(Events.of(name, event));
    }

    // ---- messages out

    void publish(Fields fields, Reply reply) {
        ApplicationMessage message = Messages.message(fields);
        PublishOptions options = Publishing.options(fields);
        Long times = fields.numberOrNull("n", 1, MOST_MESSAGES_AT_ONCE);
        fields.end();
        Publishing.start(client, message, options, times == null ? 1 : times.intValue(), reply);
    }

    /** Asks somebody for an answer. */
    void request(Fields fields, Reply reply) {
        ApplicationMessage message = Messages.message(fields);
        Duration timeout = Duration.ofMillis(fields.number("timeoutMs", 1, Integer.MAX_VALUE));
        fields.end();
        reply.of(client.request(message, timeout), response -> {
            ObjectNode result =
                    JSON.objectNode().put("topic", response.topicName().toString());
            Messages.putPayload(result, response.payload());
            return result;
        });
    }

    void withdraw(Fields fields, Reply reply) {
        long sequence = fields.number("sequence", 1, Long.MAX_VALUE);
        fields.end();
        reply.of(client.withdraw(sequence), withdrawn -> JSON.objectNode().put("withdrawn", withdrawn));
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
