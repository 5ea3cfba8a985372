package io.reactivemqtt.reactor;

import io.reactivemqtt.MqttException;
import io.reactivemqtt.QueueFullException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The way of messages from the application into the session, and back if they are given up. */
final class Publishing {

    private final Turns turns;
    private final SessionKeeper keeper;
    private final SessionGate gate;
    private final Admission admission;
    private final BooleanSupplier connectionComesBack;
    private final ClientOptions options;
    private final InboxBudget inboxBudget;

    // ---- loop only
    private final ArrayDeque<PublishStream> streams = new ArrayDeque<>(1);

    /** How many bytes of messages wait for the store to open. */
    private long bytesWaiting;

    /**
     * @param connectionComesBack whether a lost connection waits to be re-established, and the store with it
     */
    Publishing(
            Turns turns,
            SessionKeeper keeper,
            Admission admission,
            BooleanSupplier connectionComesBack,
            ClientOptions options) {
        this.turns = turns;
        this.keeper = keeper;
        this.gate = keeper.gate();
        this.admission = admission;
        this.connectionComesBack = connectionComesBack;
        this.options = options;
        this.inboxBudget = new InboxBudget(options.connect());
    }

    // ---- from any thread

    void publish(EngineFlow flow) {
        if (turns.isHere() && !gate.isBusy() && !turns.hasWaiting()) {
            publishNow(flow);
        } else if (flow instanceof StreamFlow || inboxBudget.take(flow.message())) { // a stream's window bounds it
            turns.execute(flow);
        } else {
            flow.failed(new QueueFullException("more messages were published at once than may wait: "
                    + "the queue of maximumQueuedMessages() or maximumQueuedBytes() is full"));
        }
    }

    void withdraw(EngineFlow flow) {
        turns.execute(
                () -> keeper.whenOpen(Wish.of(() -> gate.enter(session -> session.withdraw(flow, turns.nowNanos())))));
    }

    void execute(Runnable task) {
        turns.execute(task);
    }

    // ---- in a turn

    /** {@code flow} comes from the inbox. */
    void publishFromInbox(EngineFlow flow) {
        publishNow(flow);
        if (!(flow instanceof StreamFlow) && inboxBudget.moved(flow.message())) {
            lookAtInbox();
        }
    }

    private void publishNow(EngineFlow flow) {
        if (flow instanceof StreamFlow streamFlow) {
            streamFlow.stream.arrived(streamFlow);
        }
        if (admission.isOpen()) {
            publishAdmitted(flow);
        } else {
            admission.enter(
                    "publish to " + flow.message().topicName(),
                    Wish.of(() -> publishAdmitted(flow), cause -> UserCode.run(() -> flow.failed(cause))));
        }
    }

    private void publishAdmitted(EngineFlow flow) {
        if (flow.isAbandoned() || (flow instanceof StreamFlow streamFlow && streamFlow.stream.isCancelled())) {
            return; // it was cancelled while it waited at the door
        }
        if (keeper.isOpen()) {
            publishOpen(flow);
        } else {
            publishWhenOpen(flow);
        }
    }

    private void publishOpen(EngineFlow flow) {
        gate.publish(flow);
        keeper.published(flow.sequence());
        if (flow instanceof DetachedFlow detached && detached.sequence() > 0) {
            keeper.whenDurable(Wish.of(detached::stored, detached::failed));
        }
    }

    /** Publishes once the store is open; meanwhile as much may wait for it as may wait to be sent. */
    private void publishWhenOpen(EngineFlow flow) {
        int size = flow.message().payload().size();
        if (keeper.waiting() >= options.connect().maximumQueuedMessages()
                || (bytesWaiting > 0 && bytesWaiting + size > options.connect().maximumQueuedBytes())) {
            UserCode.run(
                    () -> flow.failed(new QueueFullException("too many messages wait for the session store to open")));
            return;
        }
        bytesWaiting += size;
        keeper.whenOpen(Wish.of(
                () -> {
                    bytesWaiting -= size;
                    publishOpen(flow);
                },
                cause -> {
                    bytesWaiting -= size;
                    UserCode.run(() -> flow.failed(cause));
                }));
    }

    // ---- at the end of a turn

    /** Asks sources for as many messages as fit; true if some were asked. */
    boolean askSources() {
        boolean asked = false;
        MqttException stopped = keeper.stopped();
        if (stopped != null) {
            closeSources(stopped);
            return false;
        }
        if (!keeper.isOpen() && connectionComesBack.getAsBoolean()) {
            return false; // a store that failed would fail all that comes, and is opened again with the connection
        }
        for (int i = streams.size(); i > 0 && !streams.isEmpty(); i--) {
            PublishStream stream = streams.remove();
            streams.add(stream); // the next turn begins with another
            asked |= stream.askForMore(
                    Math.min(gate.session().sendWindow(), queueRoom()),
                    options.connect().maximumQueuedBytes());
        }
        return asked;
    }

    /** Returns how many more messages may wait. */
    private int queueRoom() {
        return keeper.isOpen()
                ? gate.session().queueRoom()
                : Math.max(0, options.connect().maximumQueuedMessages() - keeper.waiting());
    }

    /** The turn is over: what waited may have gone on. */
    void ended() {
        if (inboxBudget.looks()) {
            lookAtInbox();
        }
    }

    private void lookAtInbox() {
        boolean open = keeper.isOpen();
        inboxBudget.look(
                open ? gate.session().waiting() : keeper.waiting(),
                open ? gate.session().bytesWaiting() : bytesWaiting);
    }

    // ---- streams

    /** Begins {@code stream} when it is let in. From any thread. */
    void enter(PublishStream stream, Runnable begin) {
        turns.execute(() -> admission.enter("the stream of messages", Wish.of(begin, stream::failed)));
    }

    /** From now on {@code stream} is asked for messages at the end of each turn. */
    void add(PublishStream stream) {
        streams.add(stream);
    }

    void remove(PublishStream stream) {
        streams.remove(stream);
    }

    void withdrawAll(PublishStream stream) {
        keeper.whenOpen(Wish.of(() -> gate.enter(session -> session.withdrawIf(
                flow -> flow instanceof StreamFlow streamFlow && streamFlow.stream == stream, turns.nowNanos()))));
    }

    void closeSources(MqttException cause) {
        List.copyOf(streams).forEach(stream -> stream.close(cause));
    }
}
