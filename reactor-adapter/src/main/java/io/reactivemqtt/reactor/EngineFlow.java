package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.MqttException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.session.OutgoingFlow;
import org.jspecify.annotations.Nullable;

/** A message on its way and who waits for it, in one object; as a task it publishes itself. */
abstract class EngineFlow extends OutgoingFlow implements Wish {

    EngineFlow(ApplicationMessage message) {
        super(message);
    }

    abstract Publishing publishing();

    /** Publishes, in a turn. */
    @Override
    public final void run() {
        publishing().publishFromInbox(this);
    }

    abstract void succeeded(PublishResult result);

    @Override
    public abstract void failed(MqttException cause);

    /** Nobody can know what became of it, and by policy nobody is told. */
    abstract void forgotten();

    final PublishResult result(@Nullable Acknowledgement answer) {
        return PublishResult.succeeded(message(), answer, possibleRepeat());
    }
}
