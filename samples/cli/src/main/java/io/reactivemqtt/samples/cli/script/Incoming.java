package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** What comes to one client: its subscribers, and what the script says to each message. */
final class Incoming implements ScriptSubscriber.Listener {

    private final String clientName;
    private final ReactorMqttClient client;
    private final boolean byHand;
    private final Lines lines;

    /** Those of {@code subscribe}, by their Topic Filters. */
    private final Map<String, ScriptSubscriber> subscribers = new ConcurrentHashMap<>();

    /** Those of {@code consume} and {@code respond}, by their names. */
    private final Map<String, ScriptWork> consumers = new ConcurrentHashMap<>();

    private final Set<CompletableFuture<Void>> consumersEnds = ConcurrentHashMap.newKeySet();

    private final AtomicLong messages = new AtomicLong();
    private final Map<Long, ReceivedMessage> unacknowledged = new ConcurrentHashMap<>();

    /** Makes one; {@code byHand} says whether messages wait for {@code ack} where a stream does not say it. */
    Incoming(String clientName, ReactorMqttClient client, boolean byHand, Lines lines) {
        this.clientName = clientName;
        this.client = client;
        this.byHand = byHand;
        this.lines = lines;
    }

    @Override
    public String clientName() {
        return clientName;
    }

    @Override
    public void tell(ObjectNode event) {
        lines.write(event);
    }

    // ---- subscriptions

    void subscribe(Fields fields, Reply reply) {
        List<StreamSettings> wanted = fields.objects("filters").stream()
                .map(filter -> StreamSettings.ofFilter(filter, byHand))
                .toList();
        fields.notSupportedYet("subId"); // the client chooses the Subscription Identifiers
        fields.end();
        Grants grants = new Grants(wanted.size(), reply);
        for (int i = 0; i < wanted.size(); i++) {
            subscribe(wanted.get(i), grants, i);
        }
    }

    /** Subscribes to one filter; a second time: in the place of the first, so that each message is told once. */
    private void subscribe(StreamSettings settings, Grants grants, int index) {
        String filter = settings.filter();
        ScriptSubscriber subscriber =
                new ScriptSubscriber(this, settings, grants, index, ended -> subscribers.remove(filter, ended));
        ScriptSubscriber before = subscribers.put(filter, subscriber);
        if (before != null) {
            before.replace();
        }
        start(subscriber);
        if (before != null) {
            before.cancel(); // after it, so that the filter is never without a subscriber
        }
    }

    /**
     * Makes the subscriber of {@code stream}, which is yet to be started.
     *
     * @param onEnd hears when no more messages come
     */
    ScriptSubscriber stream(String name, Fields fields, Reply reply, Consumer<? super ScriptSubscriber> onEnd) {
        return new ScriptSubscriber(
                this, StreamSettings.ofStream(name, fields, byHand), new Grants(1, reply), 0, onEnd);
    }

    void start(ScriptSubscriber subscriber) {
        client.subscribe(subscriber.options()).subscribe(subscriber);
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

    // ---- consumers

    void consume(Fields fields, Reply reply) {
        ScriptConsumer consumer =
                new ScriptConsumer(clientName, newName(fields), fields, lines, new Grants(1, reply), this::ended);
        add(consumer);
        consumer.start(client);
    }

    void respond(Fields fields, Reply reply) {
        String name = newName(fields);
        ScriptWork work =
                new ScriptWork(clientName, name, fields.text("filter"), lines, new Grants(1, reply), this::ended);
        Qos qos = fields.qos("qos", Qos.AT_LEAST_ONCE);
        ApplicationMessage answer = ApplicationMessage.answer()
                .payload(Payload.utf8(fields.text("answer")))
                .qos(qos)
                .build();
        fields.end();
        add(work);
        work.run(client.respond(
                options -> options.filter(work.filter()).qos(qos).onGranted(work::answered),
                request -> Mono.just(answer)));
    }

    private String newName(Fields fields) {
        String name = fields.text("name");
        if (consumers.containsKey(name)) {
            throw new IllegalArgumentException("there is a consume \"" + name + "\" already");
        }
        return name;
    }

    private void add(ScriptWork work) {
        consumersEnds.removeIf(CompletableFuture::isDone);
        consumers.put(work.name, work);
        consumersEnds.add(work.end());
    }

    private void ended(ScriptWork work) {
        consumers.remove(work.name, work);
    }

    /** Cancels a {@code consume} or {@code respond}, if there is one with this name. */
    boolean cancelConsumer(String name) {
        ScriptWork consumer = consumers.get(name);
        if (consumer == null) {
            return false;
        }
        consumer.cancel();
        return true;
    }

    /** Returns the ends of consumers, of all that are not told yet. */
    Set<CompletableFuture<Void>> consumersEnds() {
        return consumersEnds;
    }

    // ---- messages

    @Override
    public void received(@Nullable String stream, ReceivedMessage message, boolean waitsForTheScript) {
        long number = messages.incrementAndGet();
        ObjectNode event = Messages.event(clientName, stream, number, message);
        if (!waitsForTheScript) {
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
        unacknowledged(number).acknowledge(code); // refuses a code that does not stand there, and the message waits on
        unacknowledged.remove(number);
        reply.ok();
    }

    void handBack(Fields fields, Reply reply) {
        long number = fields.number("msg", 1, Long.MAX_VALUE);
        fields.end();
        unacknowledged(number).handBack();
        unacknowledged.remove(number);
        reply.ok();
    }

    private ReceivedMessage unacknowledged(long number) {
        ReceivedMessage message = unacknowledged.get(number);
        if (message == null) {
            throw new IllegalArgumentException("no message " + number + " waits for an acknowledgement");
        }
        return message;
    }
}
