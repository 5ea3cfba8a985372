package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.engine.state.EngineRequest;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.UnsubAck;
import java.util.List;
import reactor.core.publisher.MonoSink;

/** Tells the application how the Server has answered that it unsubscribes from one Topic Filter. */
public final class UnsubscribeAnswer implements EngineRequest {

    private final MonoSink<ReasonCode> sink;

    public UnsubscribeAnswer(MonoSink<ReasonCode> sink) {
        this.sink = sink;
    }

    /** The Server was not asked: others have the subscription. */
    void kept() {
        UserCode.run(() -> sink.success(ReasonCode.SUCCESS));
    }

    @Override
    public void completed(Packet answer) {
        List<ReasonCode> reasonCodes = ((UnsubAck) answer).reasonCodes();
        UserCode.run(() ->
                sink.success(reasonCodes.isEmpty() ? ReasonCode.SUCCESS : reasonCodes.get(0))); // none in MQTT 3.1.1
    }

    @Override
    public void failed(MqttException cause) {
        UserCode.run(() -> sink.error(cause));
    }
}
