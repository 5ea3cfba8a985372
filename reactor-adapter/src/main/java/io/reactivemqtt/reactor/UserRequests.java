package io.reactivemqtt.reactor;

import io.reactivemqtt.LimitExceededException;
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
            sink.success((ConnAck) answer);
        }

        @Override
        public void failed(MqttException cause) {
            answered = true;
            onFailure.accept(cause);
            sink.error(cause);
        }
    }

    /** {@code disconnect()}: subscribers complete before it does. */
    static final class Disconnecting implements EngineRequest {
        private final Engine engine;
        private final MonoSink<Void> sink;

        Disconnecting(Engine engine, MonoSink<Void> sink) {
            this.engine = engine;
            this.sink = sink;
        }

        @Override
        public void completed(Packet answer) {
            disconnected();
        }

        @Override
        public void failed(MqttException cause) {
            if (cause instanceof LimitExceededException) { // it cannot be said, and the connection stays
                sink.error(cause);
            } else { // the store has failed, and the connection is closed all the same
                disconnected();
            }
        }

        private void disconnected() {
            engine.router().endAll(null);
            engine.keeper().close(sink::success);
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
            sink.success(reasonCodes.isEmpty() ? ReasonCode.SUCCESS : reasonCodes.get(0)); // none in MQTT 3.1.1
        }

        @Override
        public void failed(MqttException cause) {
            sink.error(cause);
        }
    }
}
