package io.reactivemqtt.reactor;

import io.reactivemqtt.MqttException;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.UnsubAck;
import java.util.List;
import java.util.function.Consumer;
import reactor.core.publisher.MonoSink;

/** Requests whose answer a Mono waits for. */
final class UserRequests {

    private UserRequests() {}

    /** {@code connect()}. */
    static final class Connecting implements EngineRequest {
        private final MonoSink<ConnAck> sink;
        private final Consumer<? super MqttException> onFailure;
        private boolean answered;

        /** Tells {@code onFailure} too. */
        Connecting(MonoSink<ConnAck> sink, Consumer<? super MqttException> onFailure) {
            this.sink = sink;
            this.onFailure = onFailure;
        }

        boolean isAnswered() {
            return answered;
        }

        @Override
        public void completed(Packet answer) {
            answered = true;
            UserCode.run(() -> sink.success((ConnAck) answer));
        }

        @Override
        public void failed(MqttException cause) {
            answered = true;
            onFailure.accept(cause);
            UserCode.run(() -> sink.error(cause));
        }
    }

    /** {@code unsubscribe()}. */
    static final class Unsubscribing implements EngineRequest {
        private final MonoSink<ReasonCode> sink;

        Unsubscribing(MonoSink<ReasonCode> sink) {
            this.sink = sink;
        }

        @Override
        public void completed(Packet answer) {
            List<ReasonCode> reasonCodes = ((UnsubAck) answer).reasonCodes();
            UserCode.run(() -> sink.success(
                    reasonCodes.isEmpty() ? ReasonCode.SUCCESS : reasonCodes.get(0))); // none in MQTT 3.1.1
        }

        @Override
        public void failed(MqttException cause) {
            UserCode.run(() -> sink.error(cause));
        }
    }
}
