package io.reactivemqtt.engine.state;

import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.codec.PacketEncoder;
import io.reactivemqtt.packet.Packet;
import java.util.function.ToIntFunction;

/**
 * A version of MQTT, as a session speaks it.
 *
 * @param options of the Session in this version
 * @param encodedLength tells how many bytes a packet takes in it
 */
record SpokenVersion(SessionOptions options, ToIntFunction<Packet> encodedLength) {

    static SpokenVersion of(SessionOptions options) {
        return new SpokenVersion(options, PacketEncoder.of(options.protocolVersion())::encodedLength);
    }
}
