package io.reactivemqtt.engine.state;

import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.session.Request;
import java.util.function.Consumer;

/** A caller who waits for an answer, and what to do with it. Called on the loop, in the middle of a transition. */
public interface EngineRequest extends Request {

    /** Waits for no answer. */
    EngineRequest NOBODY = new EngineRequest() {
        @Override
        public void completed(Packet answer) {}

        @Override
        public void failed(MqttException cause) {}
    };

    void completed(Packet answer);

    void failed(MqttException cause);

    /** Returns this one, before whose success {@code first} is done. */
    default EngineRequest after(Runnable first) {
        EngineRequest request = this;
        return new EngineRequest() {
            @Override
            public void completed(Packet answer) {
                first.run();
                request.completed(answer);
            }

            @Override
            public void failed(MqttException cause) {
                request.failed(cause);
            }
        };
    }

    /** Returns one of whose success nobody needs to hear. */
    static EngineRequest failing(Consumer<? super MqttException> failed) {
        return new EngineRequest() {
            @Override
            public void completed(Packet answer) {}

            @Override
            public void failed(MqttException cause) {
                failed.accept(cause);
            }
        };
    }
}
