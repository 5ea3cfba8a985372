package io.reactivemqtt.engine.publish;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.engine.loop.Waiter;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.session.OutgoingFlow;
import org.jspecify.annotations.Nullable;

/** A message on its way and who waits for it, in one object; as a task it publishes itself. */
public abstract class PublishFlow extends OutgoingFlow implements Waiter {

    public PublishFlow(ApplicationMessage message) {
        super(message);
    }

    public abstract Publishing publishing();

    /** Publishes, in a turn. */
    @Override
    public final void run() {
        publishing().publishFromInbox(this);
    }

    /** There is a result: the Server's, or that the message was dropped as its options or the policy say. */
    public abstract void succeeded(PublishResult result);

    @Override
    public abstract void failed(MqttException cause);

    final PublishResult result(@Nullable Acknowledgement answer) {
        return PublishResult.succeeded(message(), answer, possibleRepeat());
    }
}
