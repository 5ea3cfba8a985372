package io.reactivemqtt.session;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.MessageInFlight;
import io.reactivemqtt.client.MessageInFlight.Direction;
import io.reactivemqtt.client.MessageInFlight.Stage;
import io.reactivemqtt.packet.Packet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Collects what is in flight, for people to look at. */
final class Inspection {

    final List<MessageInFlight> inFlight = new ArrayList<>();
    private final long nowNanos;
    private final boolean withMessages;

    Inspection(long nowNanos, boolean withMessages) {
        this.nowNanos = nowNanos;
        this.withMessages = withMessages;
    }

    /** Adds what is in flight, in the order in which it would be sent again. */
    void addAll(OutgoingLog log) {
        for (FlowList list : List.of(log.released, log.aside, log.inOrder)) {
            OutgoingFlow flow = list.first();
            while (flow != null
                    && flow.packetIdentifier() != Packet.NO_PACKET_IDENTIFIER) { // behind them are those that wait
                add(flow);
                flow = flow.next;
            }
        }
    }

    private void add(OutgoingFlow flow) {
        Stage stage =
                switch (flow.stage) {
                    case AWAITING_PUBACK -> Stage.AWAITING_PUBACK;
                    case AWAITING_PUBREC -> Stage.AWAITING_PUBREC;
                    case AWAITING_PUBCOMP -> Stage.AWAITING_PUBCOMP;
                    case NEW, WAITING, DONE -> throw new IllegalStateException("not in flight: " + flow.stage);
                };
        ApplicationMessage message = flow.message();
        inFlight.add(new MessageInFlight(
                flow.sequence,
                Direction.OUTGOING,
                flow.packetIdentifier(),
                message.qos(),
                message.topicName(),
                stage,
                Duration.ofNanos(nowNanos - flow.acceptedNanos),
                withMessages ? message : null));
    }

    void add(IncomingFlow flow) {
        ApplicationMessage message = flow.message;
        inFlight.add(new MessageInFlight(
                0,
                Direction.INCOMING,
                flow.packetIdentifier,
                flow.qos(),
                message == null ? null : message.topicName(),
                flow.received ? Stage.AWAITING_PUBREL : Stage.AWAITING_APPLICATION,
                Duration.ofNanos(nowNanos - flow.receivedNanos),
                withMessages && !flow.received ? message : null));
    }
}
