package io.reactivemqtt.reactor;

import io.reactivemqtt.MqttException;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.session.Request;

/** A caller who waits for an answer, and what to do with it. Called on the loop, in the middle of a transition. */
interface EngineRequest extends Request {

    void completed(Packet answer);

    void failed(MqttException cause);
}
