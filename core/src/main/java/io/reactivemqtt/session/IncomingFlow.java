package io.reactivemqtt.session;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.packet.Publish;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One incoming QoS 1 or 2 message between its arrival and its last acknowledgement: the handle by which the application says
 * that it is done. It belongs to the session that made it.
 */
public final class IncomingFlow {

    final char packetIdentifier;
    final boolean exactlyOnce;
    final long receivedNanos;

    /** Counts what arrives in a Session, so that what is handed back keeps its order. */
    private final int arrival;

    /** Null where an earlier process received it; at QoS 2 without its payload once the application is done with it. */
    @Nullable
    ApplicationMessage message;

    /** That of the connection on which it has arrived; null once that has ended, until it comes again. */
    @Nullable
    ReceiveWindow window;

    /** How far the flow is, RECEIVED or else DELIVERED; {@link IncomingFlows} has the table. */
    boolean received;

    /** Whether nobody has it any more: it is not acknowledged, and comes again. */
    boolean forgotten;

    /** Whether the Server may have begun another Session since, in which the identifier means something else. */
    boolean doubtful;

    /** Whether the Server has lost the Session of a QoS 2 message, so that it does not come again. */
    boolean sessionLost;

    private byte answer; // a Reason Code: a reference to one would make a delivery larger than 40 bytes
    boolean pubRecSent;

    IncomingFlow(Publish publish, int arrival, long nowNanos) {
        this.packetIdentifier = (char) publish.packetIdentifier();
        this.message = publish.message();
        this.exactlyOnce = message.qos() == Qos.EXACTLY_ONCE;
        this.arrival = arrival;
        this.receivedNanos = nowNanos;
    }

    private IncomingFlow(int packetIdentifier, long nowNanos) {
        this.packetIdentifier = (char) packetIdentifier;
        this.exactlyOnce = true;
        this.receivedNanos = nowNanos;
        this.arrival = 0;
        this.received = true;
        this.pubRecSent = true; // perhaps; so a PUBREL is no surprise
    }

    /** Returns a number that is greater than that of whatever arrived before. */
    public int arrival() {
        return arrival;
    }

    /** Returns the Packet Identifier, which is that of another message once this one is acknowledged. */
    public int packetIdentifier() {
        return packetIdentifier;
    }

    /** Tells whether the Server has lost the Session in which the message came at QoS 2, so that it does not come again. */
    public boolean isSessionLost() {
        return sessionLost;
    }

    /** Tells whether it has come at QoS 2. */
    public boolean isExactlyOnce() {
        return exactlyOnce;
    }

    Qos qos() {
        return exactlyOnce ? Qos.EXACTLY_ONCE : Qos.AT_LEAST_ONCE;
    }

    /** The application is done with it; the Server may take long to release it, and nobody needs the payload. */
    void done(ReasonCode reasonCode) {
        received = true;
        answer = (byte) reasonCode.code();
        if (exactlyOnce && message != null) {
            message = ApplicationMessage.of(message.topicName(), Payload.EMPTY, Qos.EXACTLY_ONCE);
        }
    }

    /** Returns what the application said; {@link ReasonCode#SUCCESS} if nothing. */
    ReasonCode reasonCode() {
        return answer == 0 ? ReasonCode.SUCCESS : Objects.requireNonNull(ReasonCode.of(answer & 0xFF));
    }

    /** Tells whether the application refused it. */
    boolean isRefused() {
        return answer < 0; // 0x80 and above
    }

    /** Tells whether a crash does not lose it: the application is done with it, and has not refused it. */
    boolean isStored() {
        return received && !isRefused();
    }

    /** Tells whether {@code again}, of the same identifier, is this message and no other one. */
    boolean isRepeatedBy(Publish again) {
        ApplicationMessage known = message;
        return again.dup()
                || known == null
                || (known.topicName().equals(again.message().topicName())
                        && known.payload().equals(again.message().payload()));
    }

    /** Returns what an earlier process was done with. */
    static IncomingFlow recovered(int packetIdentifier, long nowNanos) {
        return new IncomingFlow(packetIdentifier, nowNanos);
    }
}
