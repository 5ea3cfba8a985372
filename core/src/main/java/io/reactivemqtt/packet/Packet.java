package io.reactivemqtt.packet;

/** An MQTT Control Packet (MQTT 5.0 §2.1). */
public sealed interface Packet
        permits Acknowledgement,
                Auth,
                ConnAck,
                Connect,
                Disconnect,
                PingReq,
                PingResp,
                Publish,
                SubAck,
                Subscribe,
                UnsubAck,
                Unsubscribe {

    /** The Packet Identifier of a packet that has none. */
    int NO_PACKET_IDENTIFIER = 0;

    /** Returns which of the fifteen this is. */
    PacketType type();
}
