package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.MqttException;
import io.reactivemqtt.OutcomeUnknownException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/** A message that goes on without a caller: once it is durable, only receipts tell what became of it. */
final class DetachedFlow extends EngineFlow {

    private final Consumer<DeliveryReceipt> receipts;

    private final Publishing publishing;

    /** Waits until the message is durable; null from then on. */
    private @Nullable MonoSink<Long> sink;

    /** A recovered message is durable already, and has no {@code sink}. */
    DetachedFlow(
            Publishing publishing,
            ApplicationMessage message,
            @Nullable MonoSink<Long> sink,
            Consumer<DeliveryReceipt> receipts) {
        super(message);
        this.publishing = publishing;
        this.sink = sink;
        this.receipts = receipts;
    }

    @Override
    Publishing publishing() {
        return publishing;
    }

    @Override
    protected boolean isDetached() {
        return true;
    }

    /** The message is durable. */
    void stored() {
        MonoSink<Long> waiting = sink;
        sink = null;
        if (waiting != null) {
            UserCode.run(() -> waiting.success(sequence()));
        }
    }

    @Override
    void succeeded(PublishResult result) {
        stored(); // for the Server has it
        receipts.accept(new DeliveryReceipt(sequence(), result));
    }

    @Override
    public void failed(MqttException cause) {
        MonoSink<Long> waiting = sink;
        sink = null;
        if (waiting != null) {
            UserCode.run(() -> waiting.error(cause));
        } else {
            receipts.accept(new DeliveryReceipt(sequence(), PublishResult.failed(message(), cause)));
        }
    }

    @Override
    void forgotten() {
        failed(new OutcomeUnknownException("the message to " + message().topicName()
                + " was sent, but the Session was lost before it was acknowledged, and by policy it is forgotten"));
    }
}
