package io.reactivemqtt.engine.publish;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.exception.MqttException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/** A message that goes on without a caller: once it is durable, only receipts tell what became of it. */
public final class EnqueuedFlow extends PublishFlow {

    private final Consumer<PublishReceipt> receipts;

    private final Publishing publishing;

    /** Waits until the message is durable; null from then on. */
    private @Nullable MonoSink<Long> sink;

    /** A recovered message is durable already, and has no {@code sink}. */
    public EnqueuedFlow(
            Publishing publishing,
            ApplicationMessage message,
            @Nullable MonoSink<Long> sink,
            Consumer<PublishReceipt> receipts) {
        super(message);
        this.publishing = publishing;
        this.sink = sink;
        this.receipts = receipts;
    }

    @Override
    public Publishing publishing() {
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
    public void succeeded(PublishResult result) {
        stored(); // for it was sent, or nobody waits for more
        receipts.accept(new PublishReceipt(sequence(), result));
    }

    @Override
    public void failed(MqttException cause) {
        MonoSink<Long> waiting = sink;
        sink = null;
        if (waiting != null) {
            UserCode.run(() -> waiting.error(cause));
        } else {
            receipts.accept(new PublishReceipt(sequence(), PublishResult.failed(message(), cause)));
        }
    }
}
