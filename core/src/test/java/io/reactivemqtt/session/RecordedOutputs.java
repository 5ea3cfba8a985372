package io.reactivemqtt.session;

import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.session.Output.CloseTransport;
import io.reactivemqtt.session.Output.Complete;
import io.reactivemqtt.session.Output.Deliver;
import io.reactivemqtt.session.Output.Disconnected;
import io.reactivemqtt.session.Output.Emit;
import io.reactivemqtt.session.Output.Fail;
import io.reactivemqtt.session.Output.HoldReading;
import io.reactivemqtt.session.Output.Persist;
import io.reactivemqtt.session.Output.PublishDropped;
import io.reactivemqtt.session.Output.PublishFailed;
import io.reactivemqtt.session.Output.Published;
import io.reactivemqtt.session.Output.Send;
import io.reactivemqtt.session.Output.SendNow;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns what a session wants done into values, in order. */
final class RecordedOutputs implements Outputs {

    /** What was wanted and not yet looked at. */
    final List<Output> outputs = new ArrayList<>();

    /** The handles of all QoS 1 and 2 messages delivered so far. */
    final List<IncomingFlow> deliveries = new ArrayList<>();

    /** Every exception that was told so far. */
    final List<MqttException> causes = new ArrayList<>();

    /** Whether the application is done with a message as soon as it has it. */
    boolean takesAtOnce;

    /** Whether changes that only mark a place in the life of a Session are recorded too. */
    boolean withMarks;

    @Override
    public void persist(SessionChange change) {
        boolean isMark = change instanceof ConnectionBegun
                || change instanceof ConnectionEnded
                || change instanceof SequencesReserved
                || change instanceof SessionDiscarded;
        if (withMarks || !isMark) {
            outputs.add(new Persist(change));
        }
    }

    @Override
    public boolean send(Packet packet) {
        outputs.add(new Send(packet));
        return true;
    }

    @Override
    public void sendNow(Packet packet) {
        outputs.add(new SendNow(packet));
    }

    @Override
    public boolean deliver(Publish publish, @Nullable IncomingFlow delivery) {
        if (delivery != null) {
            deliveries.add(delivery);
        }
        outputs.add(new Deliver(publish));
        return takesAtOnce;
    }

    @Override
    public void published(OutgoingFlow flow, @Nullable Acknowledgement answer) {
        outputs.add(new Published(flow, answer));
    }

    @Override
    public void publishFailed(OutgoingFlow flow, MqttException cause) {
        causes.add(cause);
        outputs.add(new PublishFailed(flow, cause.getClass(), cause.reasonCode()));
    }

    @Override
    public void publishDropped(OutgoingFlow flow, MqttException cause) {
        causes.add(cause);
        outputs.add(new PublishDropped(flow, cause.getClass()));
    }

    @Override
    public void complete(Request request, Packet answer) {
        outputs.add(new Complete(request, answer));
    }

    @Override
    public void fail(Request request, MqttException cause) {
        causes.add(cause);
        outputs.add(new Fail(request, cause.getClass(), cause.reasonCode()));
    }

    @Override
    public void emit(ClientEvent event) {
        if (event instanceof ClientEvent.Disconnected ended) {
            MqttException cause = ended.cause();
            if (cause == null) {
                outputs.add(new Disconnected(null, null, ended.byServer()));
            } else {
                causes.add(cause);
                outputs.add(new Disconnected(cause.getClass(), cause.reasonCode(), ended.byServer()));
            }
        } else {
            outputs.add(new Emit(event));
        }
    }

    @Override
    public void holdReading(boolean held) {
        outputs.add(new HoldReading(held));
    }

    @Override
    public void closeTransport() {
        outputs.add(new CloseTransport());
    }
}
