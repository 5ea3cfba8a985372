package io.reactivemqtt.codec;

import static io.reactivemqtt.ProtocolVersion.MQTT_3_1_1;
import static io.reactivemqtt.ProtocolVersion.MQTT_5_0;
import static io.reactivemqtt.codec.Bytes.encode;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Where Netty's codec and this one agree; {@link NettyDisagreementTest} lists where they do not. */
class NettyProperties {

    @Provide
    Arbitrary<Packet> packetsOf5() {
        return Packets.of5();
    }

    @Provide
    Arbitrary<Packet> packetsOf311() {
        return Packets.of311();
    }

    @Property(tries = 500)
    void packetOf5GoesThroughNettyAndComesBackTheSame(@ForAll @From("packetsOf5") Packet packet) {
        assertComesBack(MQTT_5_0, packet);
    }

    @Property(tries = 300)
    void packetOf311GoesThroughNettyAndComesBackTheSame(@ForAll @From("packetsOf311") Packet packet) {
        assertComesBack(MQTT_3_1_1, packet);
    }

    private static void assertComesBack(ProtocolVersion version, Packet packet) {
        byte[] bytes = encode(version, packet);
        byte[] rewritten = Netty.rewritten(version, bytes);

        assertThat(Bytes.decode(version, Objects.requireNonNull(rewritten, "Netty takes it")))
                .isEqualTo(packet);
    }

    @Property(tries = 1000)
    void whatIsTakenHereNettyTakesToo(
            @ForAll boolean five,
            @ForAll @From("packetsOf5") Packet packetOf5,
            @ForAll @From("packetsOf311") Packet packetOf311,
            @ForAll long seed) {
        ProtocolVersion version = five ? MQTT_5_0 : MQTT_3_1_1;
        byte[] damaged = CodecProperties.damaged(encode(version, five ? packetOf5 : packetOf311), new Random(seed));
        Packet packet = decodeOrNull(version, damaged);
        if (packet != null && !packet.equals(ConnAck.refused(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION))) {
            assertThat(Netty.accepts(version, damaged))
                    .as("%s %s", HexFormat.ofDelimiter(" ").formatHex(damaged), packet)
                    .isTrue();
        }
    }

    private static @Nullable Packet decodeOrNull(ProtocolVersion version, byte[] bytes) {
        try {
            return Bytes.decode(version, bytes);
        } catch (ProtocolViolationException refused) {
            return null;
        }
    }
}
