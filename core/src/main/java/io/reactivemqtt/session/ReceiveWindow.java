package io.reactivemqtt.session;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent.ReceiveMaximumOverrun;
import io.reactivemqtt.exception.ProtocolViolationException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What arrived on one connection and waits for its acknowledgement, in the order of arrival, and how much of it the Server, and the
 * application, may leave open.
 */
final class ReceiveWindow {

    /** So many bytes of payload may wait for the application before nothing more is read. */
    private static final long UNTAKEN_BYTES = 64L * 1024 * 1024;

    final ArrayDeque<IncomingFlow> awaitingPubAck = new ArrayDeque<>();
    final ArrayDeque<IncomingFlow> awaitingPubRec = new ArrayDeque<>();

    /** The identifiers of {@link #awaitingPubAck}: bits, because Servers go through all of them, and a table would not stay in a cache. */
    final IdentifierSet atLeastOnce = new IdentifierSet();

    private final SessionContext context;
    private final int receiveMaximum; // and not the options, which each message would have to ask
    private final boolean isAnnounced;
    private final boolean isStrict;
    private int unacknowledged;
    private int untaken;
    private long untakenBytes;
    private boolean overrunTold;
    private boolean readingHeld;

    ReceiveWindow(SessionContext context) {
        this.context = context;
        this.receiveMaximum = context.options.receiveMaximum();
        this.isAnnounced = context.speaksMqtt5();
        this.isStrict = context.options.strictReceiveMaximum();
    }

    /** The connection has ended, and with it all that holds reading back. */
    void close() {
        holdReading(false);
        awaitingPubAck.forEach(flow -> flow.window = null); // the application may hold it long
    }

    /** Tells whether {@code flow} has arrived, or come again, on this connection. */
    boolean isOf(IncomingFlow flow) {
        return flow.window == this;
    }

    /** Returns the QoS 1 message that is not acknowledged, one of {@link #atLeastOnce}; null if it was forgotten. */
    @Nullable
    IncomingFlow awaitingPubAck(int packetIdentifier) {
        for (IncomingFlow flow : awaitingPubAck) {
            if (flow.packetIdentifier == packetIdentifier) {
                return flow;
            }
        }
        return null;
    }

    /** Counts {@code flow}, which has arrived on this connection. */
    void arrived(IncomingFlow flow) {
        flow.window = this;
        unacknowledged++;
        if (unacknowledged > receiveMaximum && isAnnounced) {
            overrun(); // MQTT 3.1.1 announces none
        }
        if (flow.message != null && !flow.received) {
            untaken++;
            untakenBytes += flow.message.payload().size();
            if (untaken > receiveMaximum * 2 || untakenBytes > UNTAKEN_BYTES) {
                holdReading(true);
            }
        }
    }

    private void overrun() {
        if (isStrict) {
            throw new ProtocolViolationException(
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, // [MQTT-3.3.4-9]
                    "the Server has more than " + receiveMaximum
                            + " messages unacknowledged, which is the Receive Maximum");
        }
        if (!overrunTold) {
            overrunTold = true;
            context.outputs.emit(new ReceiveMaximumOverrun(receiveMaximum));
        }
    }

    /** The Server may send another message in the place of {@code flow}. */
    void acknowledged(IncomingFlow flow) {
        if (isOf(flow)) {
            unacknowledged--;
        }
    }

    /** The application has taken {@code flow}, which has its payload still. */
    void taken(IncomingFlow flow) {
        if (flow.message != null && isOf(flow)) {
            untaken--;
            untakenBytes -= flow.message.payload().size();
            if (untaken <= receiveMaximum && untakenBytes <= UNTAKEN_BYTES / 2) {
                holdReading(false);
            }
        }
    }

    private void holdReading(boolean held) {
        if (readingHeld != held) {
            readingHeld = held;
            context.outputs.holdReading(held);
        }
    }

    /** Returns when the first of those was received that the application has not acknowledged, or {@link KeepAlive#NONE}. */
    long oldestNanos() {
        return Math.min(receivedNanos(awaitingPubAck.peek()), receivedNanos(awaitingPubRec.peek()));
    }

    private static long receivedNanos(@Nullable IncomingFlow flow) {
        return flow == null ? KeepAlive.NONE : flow.receivedNanos;
    }

    int unacknowledged() {
        return unacknowledged;
    }

    /** Tells whether more waits for the application than may, whatever else depends on reading. */
    boolean isOverfull() {
        return untakenBytes > UNTAKEN_BYTES;
    }
}
