package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.MqttException;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.session.OutgoingFlow;
import org.jspecify.annotations.Nullable;

/** A message on its way and who waits for it, in one object; as a task it publishes itself. */
abstract class EngineFlow extends OutgoingFlow implements Wish {

    final Engine engine;

    EngineFlow(Engine engine, ApplicationMessage message) {
        super(message);
        this.engine = engine;
    }

    /** Publishes, in a turn. */
    @Override
    public final void run() {
        engine.publishNow(this);
    }

    abstract void succeeded(PublishResult result);

    @Override
    public abstract void failed(MqttException cause);

    /** Nobody can know what became of it, and by policy nobody is told. */
    abstract void forgotten();

    final PublishResult result(@Nullable Acknowledgement answer) {
        return new PublishResult(
                message(),
                answer == null ? ReasonCode.SUCCESS : answer.reasonCode(),
                answer == null ? null : answer.reasonString(),
                answer == null ? UserProperties.EMPTY : answer.userProperties(),
                possibleRepeat(),
                null);
    }
}
