package io.reactivemqtt.simulation;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.client.SessionLossPolicy;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.client.Unclaimed;
import io.reactivemqtt.store.SessionKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Everything there is, and what may happen in it, one step after the other. */
final class World {

    private static final String CLIENT_IDENTIFIER = "c";
    private static final List<String> FILTERS = List.of("down/a", "down/b");
    private static final List<SessionLossPolicy> POLICIES = List.of(SessionLossPolicy.values());
    private static final int PLENTY = 1_000;
    private static final long DRAINS_WITHIN_NANOS = TimeUnit.HOURS.toNanos(4);
    private static final int DRAINS_WITHIN_STEPS = 20_000;

    private int memory;
    private final Clock clock = new Clock();
    private final Ledger ledger = new Ledger();
    private final ServerModel server = new ServerModel(ledger, () -> memory);
    private final FaultyStore store = new FaultyStore();
    private final Chance chance;
    private final boolean durable;
    private final AcknowledgementMode mode;
    private final int demand;
    private final ClientOptions options;
    private Program process;
    private long connectedAtNanos;
    private long replacedAtNanos;

    World(long seed) {
        Broken.forget();
        this.chance = new Chance(seed);
        this.durable = !chance.oneIn(3);
        this.mode = chance.oneIn(2) ? AcknowledgementMode.BY_HAND : AcknowledgementMode.ON_NEXT;
        this.demand = chance.oneIn(2) ? PLENTY : 1 + chance.below(3);
        this.options = options();
        this.process = start();
    }

    private ClientOptions options() {
        ProtocolVersion version = chance.oneIn(3) ? ProtocolVersion.MQTT_3_1_1 : ProtocolVersion.MQTT_5_0;
        SessionLossPolicy policy = POLICIES.get(chance.below(POLICIES.size()));
        ClientOptions.Builder builder = ClientOptions.builder()
                .clientIdentifier(CLIENT_IDENTIFIER)
                .protocolVersion(version)
                .receiveMaximum(1 + chance.below(6))
                .unclaimed(Unclaimed.KEEP)
                .reconnect(reconnect -> reconnect.retryFirst(true))
                .session(session -> session.sessionLossPolicy(policy));
        if (durable) {
            builder.durableSession(CLIENT_IDENTIFIER, SessionOptions.NEVER, store);
        } else if (version == ProtocolVersion.MQTT_5_0 && !chance.oneIn(3)) {
            builder.sessionExpiryInterval(SessionOptions.NEVER);
        }
        return builder.build();
    }

    private Program start() {
        Program started = new Program(
                clock, server, ledger, options, () -> chance.below(1_000) / 1_000.0, () -> memory, () -> memory++);
        if (durable) {
            started.hearReceipts();
        }
        FILTERS.forEach(filter -> started.receive(filter, mode, demand));
        started.connect();
        return started;
    }

    // ---- what there was

    int messagesSent() {
        return ledger.messagesUp();
    }

    int messagesReceived() {
        return ledger.messagesDown();
    }

    Duration passed() {
        return clock.passed();
    }

    // ---- steps

    /** Does one thing, if it can be done now. */
    void step(Action action, int detail) {
        switch (action) {
            case NETWORK_OPENS -> withLink(Link::isOpening, Link::open);
            case NETWORK_REFUSES -> withLink(Link::isOpening, Link::refuse);
            case SERVER_GETS -> withLink(Link::hasForServer, link -> link.deliverToServer(1 + detail % 4));
            case SERVER_ANSWERS -> server.answers(1 + detail % 4);
            case CLIENT_GETS -> withLink(Link::hasForClient, link -> link.deliverToClient(1 + detail % 4));
            case STORE_WORKS -> {
                if (store.hasWork()) {
                    store.completeOne();
                }
            }
            case LOOP_RUNS -> process.virtualLoop().runOne();
            case TIME_PASSES -> passToNextTimer();
            case PUBLISH -> asAnyThread(detail / 3, () -> process.publish(Qos.of(detail % 3)));
            case PUBLISH_STREAM -> asAnyThread(detail / 3, () -> process.publishStream(Qos.of(detail % 3)));
            case ENQUEUE -> {
                if (durable) {
                    asAnyThread(detail / 2, () -> process.enqueue(Qos.of(1 + detail % 2)));
                }
            }
            case WITHDRAW -> asAnyThread(detail / 8, () -> process.withdraw(detail % 8));
            case SERVER_PUBLISHES -> server.publish(FILTERS.get(detail % 2), Qos.of(detail / 2 % 3));
            case ACKNOWLEDGE -> asAnyThread(detail / 16, () -> receiver(detail).acknowledgeOne(detail / 2 % 8));
            case HAND_BACK -> {
                if (outlivesConnection()) { // else what nobody takes in time is given up, as nobody would send it again
                    asAnyThread(detail / 16, () -> receiver(detail).handBackOne(detail / 2 % 8));
                }
            }
            case REQUEST -> asAnyThread(detail / 8, () -> receiver(detail).requestMore(1 + detail / 2 % 4));
            case REPLACE_RECEIVER ->
                asAnyThread(detail / 2, () -> receiver(detail).isReplaced(demand));
            case DISCONNECT -> process.disconnect();
            case CONNECT -> reconnectIfGivenUp();
            case CUT -> withLink(Link::isOpen, link -> link.cut(detail % 4, detail / 4 % 4));
            case SILENCE -> withLink(Link::isOpen, Link::goesSilent);
            case SERVER_DISCONNECTS -> server.disconnects(ReasonCode.SERVER_SHUTTING_DOWN);
            case SERVER_TAKES_OVER -> server.disconnects(ReasonCode.SESSION_TAKEN_OVER);
            case SERVER_IS_BUSY -> server.isBusy();
            case SERVER_LOSES_SESSION -> {
                server.losesSession();
                withLink(Link::isOpen, link -> link.cut(0, detail % 4));
            }
            case SERVER_CHANGES_LIMITS -> server.nextReceiveMaximum(1 + detail % 5);
            case STORE_FAILS -> {
                if (store.hasWork()) {
                    store.failOne(detail % 2 == 0);
                }
            }
            case STORE_IS_TAKEN -> {
                if (durable) {
                    store.isTakenOver(SessionKey.of(CLIENT_IDENTIFIER));
                }
            }
            case PROCESS_DIES -> processDies(detail);
            case WALL_CLOCK_JUMPS -> clock.wallClockJumps(TimeUnit.MINUTES.toMillis(detail % 2_000 - 1_000L));
        }
        if (detail % 8 != 7) { // else it happens that more comes before the loop gets to work
            process.virtualLoop().runAll();
        }
        process.check();
    }

    private boolean outlivesConnection() {
        return !options.session().sessionExpiryInterval().isZero();
    }

    private interface LinkTest {
        boolean test(Link link);
    }

    private interface LinkWork {
        void on(Link link);
    }

    private void withLink(LinkTest test, LinkWork work) {
        Link link = process.link();
        if (link != null && test.test(link)) {
            work.on(link);
        }
    }

    private void asAnyThread(int which, Runnable work) {
        if (which % 2 == 0) {
            process.virtualLoop().fromAnotherThread(work);
        } else {
            work.run();
        }
    }

    private Program.Receiver receiver(int detail) {
        return process.receivers().get(detail % 2);
    }

    private boolean passToNextTimer() {
        long next = process.virtualLoop().nextTimer();
        if (next == VirtualLoop.NONE) {
            return false;
        }
        clock.passTo(next);
        process.virtualLoop().timePassed();
        return true;
    }

    private void processDies(int detail) {
        process.die();
        store.processDies(detail % 3);
        withLink(link -> true, link -> link.clientDied(detail / 3 % 4));
        memory++;
        process = start();
    }

    private void reconnectIfGivenUp() {
        if (process.hasGivenUp()) {
            process.connect();
        }
    }

    // ---- the end

    /** Nothing fails any more, and everybody does what is due: soon there is nothing to do. */
    void drain() {
        long until = clock.nanos() + DRAINS_WITHIN_NANOS;
        for (int i = 0; ; i++) {
            if (!doWhatIsDue()) {
                if (isOver()) {
                    break;
                }
                if (!passToNextTimer()) {
                    clock.passTo(clock.nanos() + TimeUnit.SECONDS.toNanos(1)); // the application tries again
                }
            }
            process.check();
            Broken.unless(i < DRAINS_WITHIN_STEPS, "it goes round: %s", whatIsMissing());
            Broken.unless(clock.nanos() < until, "it does not end: %s", whatIsMissing());
        }
        ledger.allUp().forEach(this::checkAtEnd);
    }

    private boolean doWhatIsDue() {
        VirtualLoop loop = process.virtualLoop();
        if (!loop.isIdle()) {
            loop.runAll();
            return true;
        }
        if (store.hasWork()) {
            store.completeOne();
            return true;
        }
        Link link = process.link();
        if (link != null && link.isOpening()) {
            link.open();
            return true;
        }
        if (link != null && link.hasForServer()) {
            link.deliverToServer(PLENTY);
            return true;
        }
        if (server.hasAnswers()) {
            server.answers(PLENTY);
            return true;
        }
        if (link != null && link.hasForClient()) {
            link.deliverToClient(PLENTY);
            return true;
        }
        if (process.hasGivenUp() && clock.nanos() != connectedAtNanos) {
            connectedAtNanos = clock.nanos();
            process.connect();
            return true;
        }
        if (durable && process.isConnected() && !process.hearsReceipts()) {
            process.hearReceipts();
            return true;
        }
        return receiversDoWhatIsDue();
    }

    private boolean receiversDoWhatIsDue() {
        for (Program.Receiver receiver : List.copyOf(process.receivers())) {
            if (receiver.isEnded()) {
                if (!process.isConnected() || clock.nanos() == replacedAtNanos) {
                    continue; // it would end at once
                }
                replacedAtNanos = clock.nanos();
                receiver.isReplaced(PLENTY);
                return true;
            }
            if (receiver.holds()) {
                receiver.acknowledgeOne(0);
                return true;
            }
            if (receiver.demand() < PLENTY / 2) {
                receiver.requestMore(PLENTY);
                return true;
            }
        }
        return false;
    }

    private boolean isOver() {
        return process.isConnected()
                && server.hasSubscriptions(FILTERS)
                && server.isAtRest()
                && !process.waitsForAnswers()
                && !ledger.waitsForReceipts();
    }

    private String whatIsMissing() {
        return (process.isConnected() ? "" : "it is " + process.status() + ", ")
                + (process.waitsForAnswers() ? "it waits for answers, " : "")
                + (ledger.waitsForReceipts() ? "receipts are missing, " : "")
                + (server.hasSubscriptions(FILTERS) ? "" : "the Server does not know its subscriptions, ")
                + "the Server has " + server.owed() + " messages for it";
    }

    private void checkAtEnd(Ledger.Up message) {
        if (message.enqueued) {
            Broken.unless(message.outcome != null, "%s is lost", message);
        }
        Broken.unless(
                message.outcome != PublishOutcome.ACKNOWLEDGED
                        || message.qos != Qos.EXACTLY_ONCE
                        || message.possibleRepeat
                        || message.excused
                        || message.arrivals.size() == 1,
                "%s came again, and nobody said that it may",
                message);
    }

    @Override
    public String toString() {
        return "store " + durable + ", " + mode + ", demand " + demand + ", "
                + options.session().protocolVersion() + ", " + options.session().sessionLossPolicy()
                + ", session expiry "
                + Duration.ofSeconds(options.session().sessionExpiryInterval().toSeconds());
    }
}
