package io.reactivemqtt.engine.publish;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.store.OutboxMessage;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/** A message that goes on without a caller: once it is durable, only receipts tell what became of it. */
public final class EnqueuedFlow extends PublishFlow {

    private final Publishing publishing;

    /** Waits until the message is durable; null from then on. */
    private @Nullable MonoSink<Long> sink;

    private boolean owed;
    private Receipt receipt;
    private @Nullable String reference;

    /** What is told of the outcome. */
    private enum Receipt {
        NONE,
        ONCE,
        UNTIL_ACKNOWLEDGED
    }

    private EnqueuedFlow(
            Publishing publishing, ApplicationMessage message, Receipt receipt, @Nullable MonoSink<Long> sink) {
        super(message);
        this.publishing = publishing;
        this.receipt = receipt;
        this.sink = sink;
    }

    /** Returns a message whose outcome is kept, with {@code reference}, until the application has acknowledged it. */
    public static EnqueuedFlow withReceipt(
            Publishing publishing, ApplicationMessage message, @Nullable String reference, MonoSink<Long> sink) {
        EnqueuedFlow flow = new EnqueuedFlow(publishing, message, Receipt.UNTIL_ACKNOWLEDGED, sink);
        flow.reference = reference;
        return flow;
    }

    /** Returns a message that a transaction of the application has left for the Session: nobody waits, and only the receipt tells. */
    static EnqueuedFlow fromOutbox(Publishing publishing, OutboxMessage message) {
        EnqueuedFlow flow = new EnqueuedFlow(publishing, message.message(), Receipt.UNTIL_ACKNOWLEDGED, null);
        flow.reference = message.reference();
        flow.owed = true;
        return flow;
    }

    /** Returns a message of the client's own making: nobody acknowledges what became of it. */
    public static EnqueuedFlow ofClient(Publishing publishing, ApplicationMessage message, MonoSink<Long> sink) {
        return new EnqueuedFlow(publishing, message, Receipt.ONCE, sink);
    }

    /** Returns a message that is durable already; {@link #receiptWanted} says if an outcome was promised. */
    static EnqueuedFlow recovered(Publishing publishing, ApplicationMessage message) {
        return new EnqueuedFlow(publishing, message, Receipt.ONCE, null);
    }

    /** Returns a message of which its caller believes that it is not durable. */
    static EnqueuedFlow disowned(Publishing publishing, ApplicationMessage message) {
        return new EnqueuedFlow(publishing, message, Receipt.NONE, null);
    }

    @Override
    public Publishing publishing() {
        return publishing;
    }

    @Override
    protected boolean isDetached() {
        return true;
    }

    @Override
    protected boolean isOwed() {
        return owed;
    }

    @Override
    protected boolean keepsReceipt() {
        return receipt == Receipt.UNTIL_ACKNOWLEDGED;
    }

    @Override
    protected @Nullable String reference() {
        return reference;
    }

    @Override
    protected void receiptWanted(@Nullable String wantedReference) {
        if (receipt != Receipt.NONE) {
            receipt = Receipt.UNTIL_ACKNOWLEDGED;
            reference = wantedReference;
        }
    }

    /** The message is durable. */
    void stored() {
        MonoSink<Long> waiting = sink;
        sink = null;
        if (waiting != null) {
            UserCode.run(() -> waiting.success(sequence()));
        }
    }

    /** The message is not durable, or was not even accepted. */
    void refused(MqttException cause) {
        MonoSink<Long> waiting = sink;
        sink = null;
        if (waiting != null) {
            UserCode.run(() -> waiting.error(cause));
        }
    }

    @Override
    public void succeeded(PublishResult result) {
        if (!keepsReceipt()) {
            stored(); // for it was sent, or nobody waits for more
        }
        ended(result);
    }

    @Override
    public void failed(MqttException cause) {
        if (sequence() == 0 || (sink != null && !keepsReceipt())) {
            refused(cause);
        } else {
            ended(PublishResult.failed(message(), cause));
        }
    }

    private void ended(PublishResult result) {
        switch (receipt) {
            case UNTIL_ACKNOWLEDGED -> publishing.receipts().ended(this);
            case ONCE -> publishing.receipts().tellOnce(this, new PublishReceipt(sequence(), null, result, () -> {}));
            case NONE -> {}
        }
    }
}
