package io.reactivemqtt.engine.publish;

import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.IfOffline;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.engine.loop.Admission;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.engine.loop.Waiter;
import io.reactivemqtt.engine.state.SessionGate;
import io.reactivemqtt.engine.state.SessionKeeper;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.NotSentException;
import io.reactivemqtt.exception.QueueFullException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.session.OutgoingFlow;
import io.reactivemqtt.store.OutboxMessage;
import io.reactivemqtt.store.SessionChange.OutboxTaken;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.TransactionalLog;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The way of messages from the application into the session, and back if they are given up. */
public final class Publishing {

    private final Turns turns;
    private final SessionKeeper keeper;
    private final SessionGate gate;
    private final Admission admission;
    private final BooleanSupplier connectionComesBack;
    private final ClientOptions options;
    private final InboxBudget inboxBudget;
    private final ReceiptDesk receipts;

    // ---- loop only
    private @Nullable Sources sources; // idle clients come in thousands

    private @Nullable OutboxIntake outbox; // until a store has one

    /** Null until a message has to wait for the store. */
    private @Nullable UntilOpen untilOpen;

    /**
     * @param connectionComesBack whether a lost connection waits to be re-established, and the store with it
     */
    public Publishing(
            Turns turns,
            SessionKeeper keeper,
            Admission admission,
            Consumer<ClientEvent> events,
            BooleanSupplier connectionComesBack,
            ClientOptions options) {
        this.turns = turns;
        this.keeper = keeper;
        this.gate = keeper.gate();
        this.admission = admission;
        this.connectionComesBack = connectionComesBack;
        this.options = options;
        this.inboxBudget = new InboxBudget(options.queue());
        this.receipts = new ReceiptDesk(turns, keeper, events);
    }

    // ---- from any thread

    public void publish(PublishFlow flow) {
        boolean onLoop = turns.isOnLoop();
        if (onLoop && turns.isHere() && !gate.isBusy() && !turns.hasWaiting()) {
            publishNow(flow);
        } else if (flow instanceof StreamFlow
                || inboxBudget.take(flow.message(), flow.options().latestOf() != null)) { // a stream's window bounds it
            if (onLoop) {
                turns.execute(flow);
            } else {
                turns.handOver(flow);
            }
        } else {
            flow.failed(new QueueFullException("more messages were published at once than the queue holds: "
                    + "the queue of maximumQueuedMessages() or maximumQueuedBytes() is full"));
        }
    }

    /** Returns what tells the outcome of messages that were enqueued. */
    public ReceiptDesk receipts() {
        return receipts;
    }

    public void withdraw(PublishFlow flow) {
        turns.execute(() ->
                keeper.whenOpen(Waiter.of(() -> gate.enter(session -> session.withdraw(flow, turns.nowNanos())))));
    }

    /** Returns the time {@code later}, as the session counts it; from any thread. */
    public long nanosAfter(Duration later) {
        return turns.nanoTime() + later.toNanos();
    }

    void execute(Runnable task) {
        turns.execute(task);
    }

    // ---- in a turn

    /** {@code flow} comes from the inbox. */
    void publishFromInbox(PublishFlow flow) {
        publishNow(flow);
        if (!(flow instanceof StreamFlow) && inboxBudget.moved(flow.message())) {
            lookAtInbox();
        }
    }

    private void publishNow(PublishFlow flow) {
        if (flow instanceof StreamFlow streamFlow) {
            streamFlow.stream.arrived(streamFlow);
        }
        if (admission.isOpen()) {
            publishAdmitted(flow);
        } else if (mayWaitOutside(flow)) {
            admission.enter(
                    "publish to " + flow.message().topicName(),
                    Waiter.of(() -> publishAdmitted(flow), cause -> UserCode.run(() -> flow.failed(cause))));
        }
    }

    /** Until the session has it, {@code flow} has neither a connection nor a queue that watches its time; else it fails here. */
    private boolean mayWaitOutside(PublishFlow flow) {
        if (flow.options().ifOffline() == IfOffline.FAIL && !gate.session().isConnected()) {
            UserCode.run(
                    () -> flow.failed(NotSentException.offline(flow.message().topicName())));
            return false;
        }
        long untilNanos = flow.sendUntilNanos();
        if (untilNanos != OutgoingFlow.NEVER) {
            turns.schedule(() -> giveUpOutside(flow), untilNanos - turns.nowNanos());
        }
        return true;
    }

    private void giveUpOutside(PublishFlow flow) {
        if (flow.isNew() && !flow.isAbandoned()) {
            gate.enter(session -> session.withdraw(flow, turns.nowNanos())); // which has not seen it, and never will
            if (untilOpen != null) {
                untilOpen.remove(flow);
            }
            UserCode.run(
                    () -> flow.failed(NotSentException.tooLate(flow.message().topicName())));
        }
    }

    private void publishAdmitted(PublishFlow flow) {
        if (flow.isAbandoned() || (flow instanceof StreamFlow streamFlow && streamFlow.stream.isCancelled())) {
            return; // it was cancelled while it waited at the door
        }
        if (keeper.isOpen()) {
            publishOpen(flow);
        } else if (mayWaitOutside(flow)) {
            publishWhenOpen(flow);
        }
    }

    private void publishOpen(PublishFlow flow) {
        gate.publish(flow);
        keeper.published(flow.sequence());
        if (flow instanceof EnqueuedFlow detached && detached.sequence() > 0) {
            keeper.journal().whenDurable(Waiter.of(detached::stored, detached::refused));
        }
    }

    /** Publishes once the store is open; meanwhile as much may wait for it as may wait to be sent. */
    private void publishWhenOpen(PublishFlow flow) {
        if (untilOpen == null) {
            untilOpen = new UntilOpen(options.queue());
        }
        UntilOpen waiting = untilOpen;
        boolean first = waiting.count() == 0;
        waiting.add(flow);
        if (first) { // the one waiter for all
            keeper.whenOpen(Waiter.of(() -> waiting.takeAll().forEach(this::publishOpen), cause -> waiting.takeAll()
                    .forEach(late -> UserCode.run(() -> late.failed(cause)))));
        }
    }

    /** Counts what waits for the store to open. */
    private int countUntilOpen() {
        return untilOpen == null ? 0 : untilOpen.count();
    }

    // ---- from the session

    public void published(OutgoingFlow flow, @Nullable Acknowledgement answer) {
        keeper.counters().published();
        PublishFlow publishFlow = (PublishFlow) flow;
        try {
            publishFlow.succeeded(publishFlow.result(answer));
        } catch (Throwable thrown) { // out of a subscriber
            UserCode.dropped(thrown);
        }
    }

    public void publishFailed(OutgoingFlow flow, MqttException cause) {
        UserCode.run(() -> ((PublishFlow) flow).failed(cause));
    }

    public void publishDropped(OutgoingFlow flow, MqttException cause) {
        UserCode.run(() -> ((PublishFlow) flow).succeeded(PublishResult.dropped(flow.message(), cause)));
    }

    /** Sources would only feed a store that failed with what it fails, unless it is opened again with the connection. */
    public void storeUnavailable(MqttException cause) {
        turns.defer(() -> {
            if (!connectionComesBack.getAsBoolean()) {
                closeSources(cause);
            }
        });
    }

    // ---- at the end of a turn

    /** Asks sources for as many messages as fit; true if some were asked. */
    public boolean askSources() {
        askOutbox();
        if (sources == null) {
            return false;
        }
        MqttException stopped = keeper.stopped();
        if (stopped != null) {
            closeSources(stopped);
            return false;
        }
        if (!keeper.isOpen() && connectionComesBack.getAsBoolean()) {
            return false; // a store that failed would fail all that comes, and is opened again with the connection
        }
        return sources.ask();
    }

    private void askOutbox() {
        SessionLog log = keeper.journal().log();
        if (outbox == null && log instanceof TransactionalLog) {
            outbox = new OutboxIntake(this);
        }
        if (outbox != null) {
            if (!outbox.isOf(log)) {
                outbox.follow(log);
            }
            boolean hasRoom =
                    admission.isOpen() && queuedBytes() < options.queue().maximumBytes();
            outbox.ask(hasRoom ? queueRoom() : 0);
        }
    }

    /** The Session has {@code message}, and the outbox has it no more, by one append; unless the Session takes none any more. */
    void takeFromOutbox(OutboxMessage message) {
        if (!keeper.isOpen()) {
            return; // it comes again when the store is open
        }
        EnqueuedFlow flow = EnqueuedFlow.fromOutbox(this, message);
        publishOpen(flow);
        if (flow.sequence() > 0) {
            keeper.journal().add(new OutboxTaken(message.number()));
        }
    }

    /** Returns how many more messages may wait. */
    private int queueRoom() {
        return keeper.isOpen()
                ? gate.session().queueRoom()
                : Math.max(0, options.queue().maximumMessages() - countUntilOpen());
    }

    /** The turn is over: what waited may have gone on. */
    public void ended() {
        if (inboxBudget.looks()) {
            lookAtInbox();
        }
        keeper.counters().turnEnded(queuedMessages(), queuedBytes(), gate.session());
    }

    private void lookAtInbox() {
        inboxBudget.look(queuedMessages(), queuedBytes());
    }

    private int queuedMessages() {
        return keeper.isOpen() ? gate.session().waiting() : countUntilOpen();
    }

    private long queuedBytes() {
        return keeper.isOpen() ? gate.session().bytesWaiting() : untilOpen == null ? 0 : untilOpen.bytes();
    }

    // ---- streams

    /** Begins {@code stream} when it is let in. From any thread. */
    public void enter(PublishStream stream, Runnable begin) {
        turns.execute(() -> admission.enter("the stream of messages", Waiter.of(begin, stream::failed)));
    }

    /** From now on {@code stream} is asked for messages at the end of a turn. */
    void add(PublishStream stream) {
        if (sources == null) {
            sources = new Sources(
                    () -> Math.min(gate.session().sendWindow(), queueRoom()),
                    options.queue().maximumBytes());
        }
        sources.add(stream);
    }

    void remove(PublishStream stream) {
        if (sources != null) {
            sources.remove(stream);
        }
    }

    /** {@code stream} may take more than when it was last asked. */
    void hasRoom(PublishStream stream) {
        if (sources != null) {
            sources.hungry(stream);
        }
    }

    void withdrawAll(PublishStream stream) {
        keeper.whenOpen(Waiter.of(() -> gate.enter(session -> session.withdrawIf(
                flow -> flow instanceof StreamFlow streamFlow && streamFlow.stream == stream, turns.nowNanos()))));
    }

    public void closeSources(MqttException cause) {
        if (sources != null) {
            sources.close(cause);
        }
    }
}
