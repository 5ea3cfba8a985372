package io.reactivemqtt.session;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.MessageInFlight;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import io.reactivemqtt.store.SessionChange.ReceiptWanted;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** What a Session knows, in the words of the store: takes in what was recovered, and tells what there is. */
final class StateChanges {

    private final SessionContext context;
    private final ServerSession serverSession;
    private final OutgoingFlows outgoing;
    private final IncomingFlows incoming;
    private final Subscriptions subscriptions;

    StateChanges(
            SessionContext context,
            ServerSession serverSession,
            OutgoingFlows outgoing,
            IncomingFlows incoming,
            Subscriptions subscriptions) {
        this.context = context;
        this.serverSession = serverSession;
        this.outgoing = outgoing;
        this.incoming = incoming;
        this.subscriptions = subscriptions;
    }

    /**
     * Takes in one change of those that {@code SessionLog.recover()} emits.
     *
     * @throws IllegalArgumentException if it contradicts an earlier one, or is never recovered
     */
    void recover(SessionChange change, Function<? super ApplicationMessage, ? extends OutgoingFlow> flows) {
        change.handle(new Recovery(flows));
    }

    /** Tells all of the state as the changes that recover it, in their order. */
    void describe(Consumer<? super SessionChange> target) {
        outgoing.log().describeSequences(target);
        SessionChange mark = serverSession.mark();
        if (mark != null) {
            target.accept(mark);
        }
        subscriptions.describe(target);
        incoming.describe(target);
        outgoing.log().describe(target);
    }

    /** Returns what is in flight. */
    List<MessageInFlight> inspect(boolean withMessages) {
        Inspection inspection = new Inspection(context.nowNanos, withMessages);
        inspection.addAll(outgoing.log());
        incoming.inspect(inspection);
        return inspection.inFlight;
    }

    /** Writes everything anew, for a change that no single word says. */
    void rewrite() {
        if (context.durable) {
            context.persist(new SessionDiscarded());
            describe(context::persist);
        }
    }

    /** Gives each change to whom it concerns; each method returns that one. */
    private final class Recovery implements SessionChange.RecoveryHandler<Object> {
        private final Function<? super ApplicationMessage, ? extends OutgoingFlow> flows;

        Recovery(Function<? super ApplicationMessage, ? extends OutgoingFlow> flows) {
            this.flows = flows;
        }

        @Override
        public Object outgoingAccepted(OutgoingAccepted change) {
            outgoing.log().recover(change, flows.apply(change.message()));
            return outgoing;
        }

        @Override
        public Object outgoingAssigned(OutgoingAssigned change) {
            outgoing.log().recover(change);
            serverSession.exists();
            return outgoing;
        }

        @Override
        public Object outgoingReleased(OutgoingReleased change) {
            outgoing.log().recover(change);
            return outgoing;
        }

        @Override
        public Object receiptWanted(ReceiptWanted change) {
            context.receipts.recover(change);
            return context;
        }

        @Override
        public Object receiptKept(ReceiptKept change) {
            context.receipts.recover(change);
            return context;
        }

        @Override
        public Object incomingProcessed(IncomingProcessed change) {
            incoming.recover(change);
            serverSession.exists();
            return incoming;
        }

        @Override
        public Object subscriptionAdded(SubscriptionAdded change) {
            subscriptions.recover(change);
            serverSession.exists();
            return subscriptions;
        }

        @Override
        public Object sequencesReserved(SequencesReserved change) {
            outgoing.log().recover(change);
            return outgoing;
        }

        @Override
        public Object connectionBegun(ConnectionBegun change) {
            serverSession.recover(change);
            return serverSession;
        }

        @Override
        public Object connectionEnded(ConnectionEnded change) {
            serverSession.recover(change);
            return serverSession;
        }

        @Override
        public Object entryUnreadable(EntryUnreadable change) {
            context.outputs.emit(new ClientEvent.StoredEntryUnreadable(change.description()));
            return context;
        }
    }
}
