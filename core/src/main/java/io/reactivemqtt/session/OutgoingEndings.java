package io.reactivemqtt.session;

import io.reactivemqtt.client.SessionLossPolicy;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.NotSentException;
import io.reactivemqtt.exception.OutcomeUnknownException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.Packet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What becomes of outgoing messages when something other than an acknowledgement ends them: their Session, their client, their
 * store, or the application's will.
 */
final class OutgoingEndings {

    private final SessionContext context;
    private final OutgoingLog log;
    private final WaitingMessages waiting;

    private int inFlightAtEnd;
    private int waitingAtEnd;

    OutgoingEndings(SessionContext context, OutgoingLog log, WaitingMessages waiting) {
        this.context = context;
        this.log = log;
        this.waiting = waiting;
    }

    // ---- of one message

    /** Ends a flow that was sent: its identifier may stand at the Server, and rests until the Session ends. */
    void giveUp(OutgoingFlow flow, String why) {
        log.rest(flow);
        context.reportFailed(
                flow,
                new OutcomeUnknownException("the message to " + flow.message().topicName()
                        + " was sent, not acknowledged, and is given up: " + why));
    }

    /** Gives up the message of {@code sequence}, wherever it is on its way; false if there is none that PUBREC has not answered. */
    boolean withdraw(long sequence) {
        for (FlowList list : List.of(log.aside, log.inOrder, log.unsent)) {
            for (OutgoingFlow flow = list.first(); flow != null; flow = flow.next) {
                if (flow.sequence == sequence) {
                    if (flow.packetIdentifier() == Packet.NO_PACKET_IDENTIFIER) {
                        waiting.giveUp(
                                flow,
                                new NotSentException("the message to "
                                        + flow.message().topicName() + " was withdrawn, and never sent"));
                    } else {
                        giveUp(flow, "it was withdrawn");
                    }
                    return true;
                }
            }
        }
        return false;
    }

    // ---- the end of a Session

    /** What became of messages whose Session is gone. */
    record Lost(int completed, int unknown) {}

    /**
     * The Server has no Session any more: what it had taken over is delivered, what else was sent goes by {@code policy}, and
     * what was never sent still waits.
     *
     * @param forAll whether that holds for messages with a policy of their own too
     */
    Lost onSessionLost(SessionLossPolicy policy, boolean forAll) {
        int completed = log.released.size();
        while (!log.released.isEmpty()) {
            OutgoingFlow flow = log.released.removeFirst();
            Acknowledgement lastWord = flow.lastWord(null); // while it has its identifier
            log.finish(flow);
            context.reportPublished(flow, lastWord);
        }
        int unknown = 0;
        log.bringBackAside(); // a new Session may take what the old one did not
        OutgoingFlow flow = log.inOrder.first();
        while (flow != null) {
            OutgoingFlow following = flow.next;
            if (flow.packetIdentifier() != Packet.NO_PACKET_IDENTIFIER) {
                unknown++;
                SessionLossPolicy own = flow.options().onSessionLoss();
                lose(flow, own == null || forAll ? policy : own);
            }
            flow = following;
        }
        log.rewind();
        log.wakeResting();
        return new Lost(completed, unknown);
    }

    /** Tells whether a message is on its way that may have arrived in an earlier Session. */
    boolean hasPossibleRepeats() {
        for (FlowList list : List.of(log.released, log.aside, log.inOrder, log.unsent)) {
            for (OutgoingFlow flow = list.first(); flow != null; flow = flow.next) {
                if (flow.possibleRepeat()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The Session may be another than that in which messages were sent first: those may arrive in both. */
    void markPossibleRepeats() {
        for (FlowList list : List.of(log.released, log.aside, log.inOrder)) {
            for (OutgoingFlow flow = list.first(); flow != null; flow = flow.next) {
                if (flow.packetIdentifier() != Packet.NO_PACKET_IDENTIFIER) {
                    flow.markPossibleRepeat();
                }
            }
        }
    }

    /** The Session has expired: what was sent in it is given up, because of {@code cause}. */
    void onSessionExpired(MqttException cause) {
        for (FlowList list : List.of(log.released, log.aside, log.inOrder)) {
            for (OutgoingFlow flow = list.first(); flow != null; ) {
                OutgoingFlow following = flow.next;
                if (flow.packetIdentifier() != Packet.NO_PACKET_IDENTIFIER) {
                    log.discard(flow, list);
                    context.reportFailed(flow, cause);
                }
                flow = following;
            }
        }
        log.wakeResting();
        log.rewind();
    }

    private void lose(OutgoingFlow flow, SessionLossPolicy policy) {
        if (policy == SessionLossPolicy.REPUBLISH) {
            log.unassign(flow);
            return;
        }
        log.leave(flow);
        log.finish(flow);
        MqttException cause = new OutcomeUnknownException("the message to "
                + flow.message().topicName() + " was sent, but the Session was lost before it was acknowledged");
        if (policy == SessionLossPolicy.DROP) {
            context.reportDropped(flow, cause);
        } else {
            context.reportFailed(flow, cause);
        }
    }

    /** The store failed: hands those to {@code survivors} whose message it has, so that their callers go on waiting. */
    void onStoreFailed(Predicate<? super OutgoingFlow> isDurable, Consumer<? super OutgoingFlow> survivors) {
        for (FlowList list : List.of(log.released, log.aside, log.inOrder)) {
            for (OutgoingFlow flow = list.first(); flow != null; flow = flow.next) {
                if (!flow.abandoned && !flow.isDetached() && isDurable.test(flow)) {
                    survivors.accept(flow);
                    flow.abandoned = true;
                }
            }
        }
    }

    /** There will be no connection: everybody who waits is told. The messages stay if the Session goes on. */
    void onClosed(boolean sessionGoesOn, MqttException cause) {
        inFlightAtEnd = log.inFlight();
        waitingAtEnd = waiting.count();
        for (FlowList list : log.lists()) {
            for (OutgoingFlow flow = list.first(); flow != null; ) {
                OutgoingFlow following = flow.next;
                if (!sessionGoesOn || !flow.isDetached()) {
                    context.reportFailed(flow, sessionGoesOn ? cause : asOf(flow, cause));
                    flow.abandoned = true;
                }
                if (list == log.unsent) {
                    log.forgetWaiting(flow);
                } else if (!sessionGoesOn) {
                    log.discard(flow, list);
                }
                flow = following;
            }
        }
        if (!sessionGoesOn) {
            log.wakeResting();
        }
        log.rewind();
    }

    /** A message that goes with its Session, and was not sent, never will be. */
    private static MqttException asOf(OutgoingFlow flow, MqttException cause) {
        return cause instanceof ClientClosedException
                        && flow.packetIdentifier() == Packet.NO_PACKET_IDENTIFIER
                        && !flow.possibleRepeat()
                ? ClientClosedException.unsent("publish to " + flow.message().topicName())
                : cause;
    }

    /** Returns how many messages were in flight when there was to be no connection any more. */
    int inFlightAtEnd() {
        return inFlightAtEnd;
    }

    /** Returns how many messages waited to be sent when there was to be no connection any more. */
    int waitingAtEnd() {
        return waitingAtEnd;
    }

    /** Gives up what an earlier process left waiting, because the caller wants nothing of it; returns how much that was. */
    int discardRecovered(MqttException cause) {
        int discarded = 0;
        OutgoingFlow flow = log.inOrder.first();
        while (flow != null && log.isRecovered(flow)) {
            OutgoingFlow following = flow.next;
            discarded++;
            log.discard(flow, log.inOrder);
            context.reportFailed(flow, cause);
            flow = following;
        }
        log.rewind();
        return discarded;
    }
}
