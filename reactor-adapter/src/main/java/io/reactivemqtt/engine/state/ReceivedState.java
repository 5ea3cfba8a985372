package io.reactivemqtt.engine.state;

/** Who has what was received and is not done, over a failure of the store and the recovery after it. Event loop only. */
public interface ReceivedState {

    /** All that is stored is in the session. */
    void recovered();

    /** Nothing is known any more of what was received and not processed: the Server sends it again. */
    void forgotten();
}
