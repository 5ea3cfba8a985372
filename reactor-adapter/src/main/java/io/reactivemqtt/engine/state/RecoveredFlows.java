package io.reactivemqtt.engine.state;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.session.OutgoingFlow;
import io.reactivemqtt.store.SessionChange;
import java.util.List;

/** Who has the callers of outgoing messages, over a failure of the store and the recovery after it. Event loop only. */
public interface RecoveredFlows {

    /** The store has failed, and {@code lost} is not durable. */
    void lost(List<SessionChange> lost);

    /** Tells whether the store has {@code flow}, so that its caller may wait on. */
    boolean isDurable(OutgoingFlow flow);

    /** The caller of {@code flow} waits until the store is recovered. */
    void waits(OutgoingFlow flow);

    /** Recovery begins. */
    void recovering();

    /** Returns the flow of a message that the store has: that of its caller if one waits, or one without a caller. */
    OutgoingFlow flow(long sequence, ApplicationMessage message);

    /** All is recovered. */
    void recovered();

    /** Nobody waits any more for the store to come back. */
    void giveUp(MqttException cause);
}
