package io.reactivemqtt.session;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.store.SessionChange;
import org.jspecify.annotations.Nullable;

/** A call of {@link Outputs} as a value. Exceptions are known by their type and Reason Code. */
sealed interface Output {

    record Persist(SessionChange change) implements Output {}

    record Send(Packet packet) implements Output {}

    record SendNow(Packet packet) implements Output {}

    record Deliver(Packet publish) implements Output {}

    record Published(OutgoingFlow flow, @Nullable Acknowledgement answer) implements Output {}

    record PublishFailed(
            OutgoingFlow flow,
            Class<? extends MqttException> cause,
            @Nullable ReasonCode reasonCode) implements Output {
        PublishFailed(OutgoingFlow flow, Class<? extends MqttException> cause) {
            this(flow, cause, null);
        }
    }

    record PublishDropped(OutgoingFlow flow, Class<? extends MqttException> cause) implements Output {}

    record Complete(Request request, Packet answer) implements Output {}

    record Fail(
            Request request,
            Class<? extends MqttException> cause,
            @Nullable ReasonCode reasonCode) implements Output {
        Fail(Request request, Class<? extends MqttException> cause) {
            this(request, cause, null);
        }
    }

    /** Every event but {@link Disconnected}. */
    record Emit(ClientEvent event) implements Output {}

    /** {@link ClientEvent.Disconnected}. */
    record Disconnected(
            @Nullable Class<? extends MqttException> cause,
            @Nullable ReasonCode reasonCode,
            boolean byServer) implements Output {
        static final Disconnected WANTED = new Disconnected(null, null, false);
    }

    record HoldReading(boolean held) implements Output {}

    record CloseTransport() implements Output {}
}
