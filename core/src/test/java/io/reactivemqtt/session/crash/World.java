package io.reactivemqtt.session.crash;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.session.IncomingFlow;
import io.reactivemqtt.session.OutgoingFlow;
import io.reactivemqtt.session.Outputs;
import io.reactivemqtt.session.Request;
import io.reactivemqtt.session.Session;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A real {@link Session} with a store, a network, a Server and an application around it, of which one {@link Step} after the
 * other happens. A broken promise is a {@link CounterExample}.
 */
final class World implements Outputs {

    private enum TheRequest implements Request {
        CONNECT
    }

    /** Known by its message, for nobody lives through a crash to wait for it. */
    private static final class Flow extends OutgoingFlow {
        private boolean enqueued;

        Flow(ApplicationMessage message, boolean enqueued) {
            super(message);
            this.enqueued = enqueued;
        }

        @Override
        protected boolean keepsReceipt() {
            return enqueued;
        }

        @Override
        protected void receiptWanted(@Nullable String reference) {
            enqueued = true;
        }
    }

    /** A message that the application was given and is not done with. */
    private record InHand(int message, IncomingFlow delivery) {}

    /** The publisher hears that its message is stored. */
    private record Stored(int message) {}

    /** The outcome of a message is durable, and the application hears of it. */
    private record Outcome(long sequence) {}

    /** The identifier of a message that the application is done with is durable. */
    private record Recorded(int message) {}

    private static final long NOW = 0;

    /** So long every connection lasts. */
    private static final long LASTED = TimeUnit.SECONDS.toNanos(1);

    private final Scenario scenario;
    private final WrongOrder wrongOrder;
    private final ModelledJournal journal;
    private final ArrayDeque<Packet> toServer = new ArrayDeque<>();
    private final ArrayDeque<Packet> toClient = new ArrayDeque<>();
    private final ModelledServer server;
    private int crashesLeft;
    private int cutsLeft;

    // ---- of one process
    private Session session;
    private boolean transportOpen;

    /** Oldest first. */
    private final List<InHand> inHand = new ArrayList<>();

    /** What is acknowledged before its effect, in the wrong order. */
    private final List<IncomingFlow> toAcknowledge = new ArrayList<>();

    /** Answers that the session has had early, in the wrong order. */
    private int earlyPubComps;

    /** Whether a PUBCOMP that comes now is not the session's, in the wrong order. */
    private boolean swallowing;

    // ---- outgoing
    private int published;

    /** Which messages the publisher may count on. */
    private final boolean[] stored;

    /** Of which messages the application has acknowledged the outcome. */
    private final boolean[] outcomeKnown;

    /** What this process has told the application, by sequence. */
    private final ArrayDeque<Long> receipts = new ArrayDeque<>();

    // ---- incoming

    /** How often the application has processed a message; at QoS 1 whether it has. */
    private final int[] effects;

    /**
     * QoS 2 messages whose effect a crash may have happen again: their identifier is not durable, nor has a PUBREC left, which
     * would promise that they are known again [MQTT-4.3.3-10].
     */
    private final boolean[] unrecorded;

    /** How often a crash came between an effect and its record. */
    private final int[] edges;

    World(Scenario scenario) {
        this.scenario = scenario;
        this.wrongOrder = scenario.wrongOrder();
        this.journal = new ModelledJournal(wrongOrder);
        this.server = new ModelledServer(scenario, toClient);
        this.crashesLeft = scenario.crashes();
        this.cutsLeft = scenario.cuts();
        int messages = scenario.messages().size();
        this.stored = new boolean[messages];
        this.outcomeKnown = new boolean[messages];
        this.effects = new int[messages];
        this.unrecorded = new boolean[messages];
        this.edges = new int[messages];
        this.session = newSession();
    }

    private Session newSession() {
        return new Session(scenario.options(), this, true, packet -> 10);
    }

    // ---- what may happen

    /** Returns all that may happen next. */
    List<Step> possible() {
        List<Step> steps = new ArrayList<>();
        if (!transportOpen) {
            steps.add(Step.CONNECT);
        }
        if (scenario.direction() == Direction.OUTGOING
                && published < scenario.messages().size()
                && session.waiting() == 0) {
            steps.add(Step.PUBLISH);
        }
        if (scenario.direction() == Direction.INCOMING && server.canPublish()) {
            steps.add(Step.SERVER_PUBLISHES);
        }
        if (!toServer.isEmpty()) {
            steps.add(Step.PACKET_REACHES_SERVER);
        }
        if (!toClient.isEmpty()) {
            steps.add(Step.PACKET_REACHES_CLIENT);
        }
        if (journal.isAppending()) {
            steps.add(Step.APPEND_COMPLETES);
        } else if (journal.isLagging()) {
            steps.add(Step.LAGGING_CHANGES_ARE_APPENDED);
        }
        for (int i = 0; i < inHand.size(); i++) {
            steps.add(Step.done(i));
        }
        if (!receipts.isEmpty()) {
            steps.add(Step.RECEIPT_IS_ACKNOWLEDGED);
        }
        if (transportOpen && cutsLeft > 0) {
            steps.add(Step.CUT);
        }
        if (crashesLeft > 0) {
            steps.add(Step.CRASH);
        }
        return steps;
    }

    void perform(Step step) {
        Identifiers.comeAgainAtOnce(session);
        switch (step) {
            case CONNECT -> {
                transportOpen = true;
                session.connect(TheRequest.CONNECT, false, NOW);
                session.onTransportOpened(NOW);
            }
            case PUBLISH -> publish();
            case SERVER_PUBLISHES -> server.publish();
            case PACKET_REACHES_SERVER -> server.receive(toServer.remove());
            case PACKET_REACHES_CLIENT -> receive(toClient.remove());
            case APPEND_COMPLETES -> journal.appended().forEach(this::released);
            case LAGGING_CHANGES_ARE_APPENDED -> journal.append();
            case RECEIPT_IS_ACKNOWLEDGED -> acknowledgeReceipt();
            case CUT -> {
                cutsLeft--;
                cut();
                session.onTransportLost(null, NOW + LASTED); // a message is stuck where connections end at once
            }
            case CRASH -> crash();
            case APPLICATION_DONE_WITH_ITS_FIRST,
                    APPLICATION_DONE_WITH_ITS_SECOND,
                    APPLICATION_DONE_WITH_ITS_THIRD,
                    APPLICATION_DONE_WITH_ITS_FOURTH -> applicationDone(step.which());
        }
        journal.commit();
    }

    private void publish() {
        Stored word = new Stored(published);
        session.publish(new Flow(scenario.messages().get(published++), scenario.receipts()), NOW);
        if (wrongOrder == WrongOrder.STORED_IS_TOLD_BEFORE_IT_IS_SO || !journal.holds(word)) {
            released(word);
        }
    }

    /** Does with the outcome whatever it likes to, and says so. */
    private void acknowledgeReceipt() {
        long sequence = receipts.remove();
        ReceiptKept receipt = session.receipt(sequence);
        if (receipt == null) {
            throw new CounterExample("a receipt is gone that nobody has acknowledged");
        }
        outcomeKnown[Scenario.index(receipt.message())] = true;
        session.acknowledgeReceipt(sequence, NOW);
    }

    private void receive(Packet packet) {
        if (wrongOrder == WrongOrder.PUBCOMP_LEAVES_EARLY_AND_DUP_0_MEANS_NEW
                && packet instanceof Publish publish
                && !publish.dup()) {
            swallowing = true;
            session.onPacket(new PubRel(publish.packetIdentifier(), ReasonCode.SUCCESS), NOW);
            swallowing = false;
        } else if (earlyPubComps > 0 && packet instanceof PubComp) {
            earlyPubComps--;
            return;
        }
        session.onPacket(packet, NOW);
        if (wrongOrder == WrongOrder.IDENTIFIER_IS_FREE_AT_PUBREC && packet instanceof PubRec pubRec) {
            earlyPubComps++;
            session.onPacket(new PubComp(pubRec.packetIdentifier(), ReasonCode.SUCCESS), NOW);
        }
        toAcknowledge.forEach(delivery -> session.acknowledge(delivery, ReasonCode.SUCCESS, NOW));
        toAcknowledge.clear();
    }

    private void applicationDone(int which) {
        InHand done = inHand.remove(which);
        int message = done.message();
        boolean exactlyOnce = scenario.messages().get(message).qos() == Qos.EXACTLY_ONCE;
        effects[message] = exactlyOnce ? effects[message] + 1 : 1;
        if (exactlyOnce && !wrongOrder.acknowledgesBeforeTheEffect() && effects[message] > 1 + edges[message]) {
            throw new CounterExample("message " + (message + 1) + " is processed twice");
        }
        if (!wrongOrder.acknowledgesBeforeTheEffect()) {
            unrecorded[message] = exactlyOnce;
            session.acknowledge(done.delivery(), ReasonCode.SUCCESS, NOW);
            Recorded word = new Recorded(message);
            if (!journal.holds(word)) {
                released(word);
            }
        }
    }

    private void released(Object packetOrWord) {
        if (packetOrWord instanceof Stored word) {
            stored[word.message()] = true;
        } else if (packetOrWord instanceof Outcome word) {
            receipts.add(word.sequence());
        } else if (packetOrWord instanceof Recorded word) {
            unrecorded[word.message()] = false;
        } else if (packetOrWord instanceof Packet packet) {
            write(packet);
            session.onHeldSent(NOW);
        }
    }

    private void write(Packet packet) {
        if (transportOpen) {
            toServer.add(packet);
        }
        if (packet instanceof PubRec && server.current() < unrecorded.length) {
            unrecorded[server.current()] = false;
        }
    }

    // ---- what breaks

    private void cut() {
        transportOpen = false;
        toServer.clear();
        toClient.clear();
        earlyPubComps = 0;
        server.cut();
        if (wrongOrder != WrongOrder.HELD_PACKETS_OUTLIVE_THEIR_CONNECTION) {
            journal.forgetPackets();
        }
    }

    private void crash() {
        crashesLeft--;
        cut();
        inHand.clear();
        receipts.clear();
        for (int i = 0; i < unrecorded.length; i++) {
            if (unrecorded[i]) {
                unrecorded[i] = false;
                edges[i]++;
            }
        }
        List<SessionChange> changes = journal.crash();
        session = newSession();
        for (SessionChange change : changes) {
            if (wrongOrder.recovers(change)) {
                session.recover(change, message -> new Flow(message, false), NOW);
            }
        }
        session.onRecovered(false, Long.MAX_VALUE, NOW);
        session.forEachReceipt(receipt -> receipts.add(receipt.sequence()));
        for (SessionChange change : changes) {
            if (change instanceof OutgoingAccepted accepted && session.receipt(accepted.sequence()) != null) {
                throw new CounterExample("a message is there, and its receipt too");
            }
        }
    }

    // ---- what has to hold in the end

    /** Checks what holds when nothing can happen any more but what breaks. */
    void checkAtRest() {
        for (int i = 0; i < stored.length; i++) {
            boolean lost =
                    scenario.direction() == Direction.OUTGOING ? stored[i] && !server.handedOver[i] : effects[i] == 0;
            if (lost) {
                throw new CounterExample("message " + (i + 1) + " is lost");
            }
            if (scenario.receipts() && stored[i] && !outcomeKnown[i]) {
                throw new CounterExample("the outcome of message " + (i + 1) + " is lost");
            }
        }
        if (wrongOrder == WrongOrder.NONE) { // else only what costs a message is worth telling
            checkThatNothingIsOwed();
        }
    }

    private void checkThatNothingIsOwed() {
        if (!session.isConnected()) {
            throw new CounterExample("the client does not come back");
        }
        if (session.inFlight() + session.waiting() + session.unacknowledged() > 0) {
            throw new CounterExample("the client waits for ever");
        }
        if (server.waits() || (scenario.direction() == Direction.INCOMING && !server.isDone())) {
            throw new CounterExample("the Server waits for ever");
        }
        session.describe(
                change -> {
                    if (!WrongOrder.isMark(change)) {
                        throw new CounterExample("the client keeps for ever: " + change);
                    }
                },
                NOW);
    }

    /** Tells whether a crash came between an effect and its record, and the effect happened again. */
    boolean hasRepeatAtTheEdge() {
        for (int i = 0; i < effects.length; i++) {
            if (edges[i] > 0 && effects[i] > 1) {
                return true;
            }
        }
        return false;
    }

    /** Says what {@code step} is, just before it happens. */
    String tell(Step step) {
        String words = step.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return switch (step) {
            case PUBLISH -> words + " message " + (published + 1);
            case SERVER_PUBLISHES -> words + " message " + (server.current() + 1);
            case PACKET_REACHES_SERVER -> words + ": " + words(toServer.element());
            case PACKET_REACHES_CLIENT -> words + ": " + words(toClient.element());
            case APPEND_COMPLETES -> words + ": " + journal;
            default -> words;
        };
    }

    private static String words(Packet packet) {
        if (packet instanceof Publish publish) {
            return "PUBLISH " + publish.packetIdentifier() + ", message "
                    + publish.message().topicName() + (publish.dup() ? ", DUP 1" : ", DUP 0");
        } else if (packet instanceof Acknowledgement acknowledgement) {
            return acknowledgement.type() + " " + acknowledgement.packetIdentifier() + ", "
                    + acknowledgement.reasonCode();
        } else if (packet instanceof ConnAck connAck) {
            return "CONNACK, Session Present " + (connAck.sessionPresent() ? 1 : 0);
        }
        return packet.type().toString();
    }

    // ---- what the session wants done

    @Override
    public void persist(SessionChange change) {
        journal.add(change);
    }

    @Override
    public boolean send(Packet packet) {
        if (swallowing && packet instanceof PubComp) {
            return true;
        }
        if (!wrongOrder.overtakes(packet) && journal.holds(packet)) {
            return false;
        }
        write(packet);
        return true;
    }

    @Override
    public void sendNow(Packet packet) {
        throw new CounterExample("the client ends the connection with " + packet.type());
    }

    @Override
    public boolean deliver(Publish publish, @Nullable IncomingFlow delivery) {
        if (delivery == null) {
            throw new CounterExample("nothing to acknowledge with");
        }
        inHand.add(new InHand(Scenario.index(publish.message()), delivery));
        if (wrongOrder.acknowledgesBeforeTheEffect()) {
            toAcknowledge.add(delivery);
        }
        return false;
    }

    @Override
    public void published(OutgoingFlow flow, @Nullable Acknowledgement answer) {
        if (!server.handedOver[Scenario.index(flow.message())]) {
            throw new CounterExample(
                    "the publisher of message " + flow.message().topicName() + " hears of a success that was none");
        }
        if (scenario.receipts()
                && session.receipt(flow.sequence()) != null
                && !journal.holds(new Outcome(flow.sequence()))) {
            throw new CounterExample("an outcome is told before it is durable");
        }
    }

    @Override
    public void publishFailed(OutgoingFlow flow, MqttException cause) {
        throw new CounterExample("message " + flow.message().topicName() + " fails: " + cause.getMessage());
    }

    @Override
    public void publishDropped(OutgoingFlow flow, MqttException cause) {
        throw new CounterExample("message " + flow.message().topicName() + " is dropped");
    }

    @Override
    public void complete(Request request, Packet answer) {}

    @Override
    public void fail(Request request, MqttException cause) {
        if (transportOpen) {
            throw new CounterExample("the client does not connect: " + cause.getMessage());
        }
    }

    @Override
    public void emit(ClientEvent event) {}

    @Override
    public void holdReading(boolean held) {}

    @Override
    public void closeTransport() {
        throw new CounterExample("the client ends the connection");
    }
}
