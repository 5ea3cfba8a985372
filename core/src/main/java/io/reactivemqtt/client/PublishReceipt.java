package io.reactivemqtt.client;

import io.reactivemqtt.store.SessionChange.ReceiptWanted;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of a message that was accepted by {@code enqueue}, in this process or in an earlier one, or that
 * an earlier process published and did not see acknowledged.
 *
 * <p>The receipt of a message that was enqueued is told again, to the next subscriber and by the next process that opens the session
 * store, until {@link #acknowledge} is called.
 */
public final class PublishReceipt {

    /** The most bytes in UTF-8 that a reference may have. */
    public static final int LONGEST_REFERENCE = ReceiptWanted.LONGEST_REFERENCE;

    private final long key;
    private final @Nullable String reference;
    private final PublishResult result;
    private final Runnable acknowledgement;

    /**
     * Makes a receipt, for tests of what reads one; those of a client come from the client.
     *
     * @param acknowledgement what {@link #acknowledge} does; it may run more than once
     */
    public PublishReceipt(long key, @Nullable String reference, PublishResult result, Runnable acknowledgement) {
        this.key = key;
        this.reference = reference;
        this.result = Objects.requireNonNull(result, "result");
        this.acknowledgement = Objects.requireNonNull(acknowledgement, "acknowledgement");
    }

    /** Returns what {@code enqueue} returned; for a message that was published, the number that it had. */
    public long key() {
        return key;
    }

    /** Returns the reference that {@code enqueue} was given with the message, or null. */
    public @Nullable String reference() {
        return reference;
    }

    /**
     * Returns the Server's answer, or why there is none. Of the message it has the Topic Name, the QoS and RETAIN, but no payload and no
     * properties, nor the Server's User Properties, for none of that is kept.
     */
    public PublishResult result() {
        return result;
    }

    /**
     * Says that the application needs this receipt no more: it is forgotten, in the session store too. From any thread, at any time;
     * only the first call counts. A crash within the next milliseconds may undo it: then the receipt is told once more.
     *
     * <p>It changes nothing for a message that was published, or enqueued by a release that kept no receipts: such an outcome is told
     * once, and not kept.
     */
    public void acknowledge() {
        acknowledgement.run();
    }

    /** Returns what it says. */
    @Override
    public String toString() {
        return "PublishReceipt[" + key + ", " + reference + ", " + result + "]";
    }
}
