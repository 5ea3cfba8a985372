package io.reactivemqtt.session;

import static io.reactivemqtt.Qos.AT_LEAST_ONCE;
import static io.reactivemqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.codec.PacketEncoder;
import io.reactivemqtt.exception.ConnectionLostException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PingReq;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.session.Output.CloseTransport;
import io.reactivemqtt.session.Output.Disconnected;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A Server whose Maximum Packet Size is smaller than what this client has to answer. */
@Spec("MQTT-3.2.2-15")
class SmallestPacketsTest {

    private static final Map<String, Consumer<TestClient>> INPUTS = Map.of(
            "PUBACK", client -> client.acknowledge(client.receiveMessage("a", AT_LEAST_ONCE, 1)),
            "PUBACK with a code",
                    client ->
                            client.acknowledge(client.receiveMessage("a", AT_LEAST_ONCE, 1), ReasonCode.QUOTA_EXCEEDED),
            "PUBREC", client -> client.acknowledge(client.receiveMessage("a", EXACTLY_ONCE, 1)),
            "PUBREC with a code",
                    client ->
                            client.acknowledge(client.receiveMessage("a", EXACTLY_ONCE, 1), ReasonCode.QUOTA_EXCEEDED),
            "PUBREL with a code", client -> client.receive(new PubRec(1, ReasonCode.SUCCESS)),
            "PUBCOMP with a code", client -> client.receive(new PubRel(1, ReasonCode.SUCCESS)),
            "PINGREQ", client -> client.pass(Duration.ofSeconds(59)),
            "DISCONNECT", TestClient::disconnect,
            "DISCONNECT with the Will",
                    client -> client.disconnect(new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE)),
            "DISCONNECT with words and expiry",
                    client -> client.disconnect(
                            new Disconnect(ReasonCode.SUCCESS, 7L, "words", UserProperties.EMPTY, null)));

    private static TestClient connected(long maximumPacketSize) {
        return TestClient.withLengthsOfTheWire()
                .connected(
                        ConnAck.builder().maximumPacketSize(maximumPacketSize).build());
    }

    private static void give(String input, TestClient client) {
        Objects.requireNonNull(INPUTS.get(input)).accept(client);
    }

    static Stream<Arguments> inputsAtLimits() {
        return INPUTS.keySet().stream()
                .flatMap(input -> IntStream.rangeClosed(1, 20).mapToObj(limit -> Arguments.of(input, limit)));
    }

    @ParameterizedTest
    @MethodSource("inputsAtLimits")
    void nothingLargerThanTheServerTakesEverLeaves(String input, int limit) {
        PacketEncoder encoder = PacketEncoder.of(ProtocolVersion.MQTT_5_0);
        TestClient client = connected(limit);

        give(input, client);

        assertThat(client.sent())
                .allSatisfy(packet -> assertThat(encoder.encodedLength(packet)).isLessThanOrEqualTo(limit));
    }

    static Stream<Arguments> packetsWithoutRoomForTheirCode() {
        return Stream.of(
                Arguments.of("PUBACK with a code", new PubAck(1, ReasonCode.SUCCESS)),
                Arguments.of("PUBREC with a code", new PubRec(1, ReasonCode.SUCCESS)),
                Arguments.of("PUBREL with a code", new PubRel(1, ReasonCode.SUCCESS)),
                Arguments.of("PUBCOMP with a code", new PubComp(1, ReasonCode.SUCCESS)));
    }

    @ParameterizedTest
    @MethodSource("packetsWithoutRoomForTheirCode")
    void reasonCodeIsLeftOutWhereThereIsNoRoomForIt(String input, Packet sent) {
        TestClient client = connected(4);

        give(input, client);

        assertThat(client.sent()).containsExactly(sent);
        assertThat(client.session.isConnected()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("packetsWithoutRoomForTheirCode")
    void connectionWhoseServerTakesNoAcknowledgementEndsAndSaysSo(String input, Packet packet) {
        TestClient client = connected(3);

        give(input, client);

        assertThat(client.outputs())
                .endsWith(
                        new Output.SendNow(new Disconnect(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR)),
                        new CloseTransport(),
                        new Disconnected(ConnectionLostException.class, ReasonCode.PACKET_TOO_LARGE, false));
        assertThat(client.lastCause())
                .isEqualTo(packet.type() + " has 4 bytes, but the Server's Maximum Packet Size is 3 [MQTT-3.2.2-15]");
    }

    @Test
    void connectionWhoseServerTakesNoPingReqEndsAndSaysSo() {
        TestClient client = connected(1);

        client.pass(Duration.ofSeconds(59));

        assertThat(client.outputs())
                .containsExactly(
                        new CloseTransport(),
                        new Disconnected(ConnectionLostException.class, ReasonCode.PACKET_TOO_LARGE, false));
        assertThat(client.lastCause()).startsWith("PINGREQ has 2 bytes");
    }

    @Test
    void mistakeOfAServerThatTakesNoReasonCodeEndsTheConnectionWithoutADisconnect() { // which would say that all is
        // well
        TestClient client = connected(2);

        client.receive(PingReq.INSTANCE);

        assertThat(client.sent()).isEmpty();
        assertThat(client.session.isConnected()).isFalse();
    }

    @Test
    void disconnectLeavesOutWhatHasNoRoom() {
        Disconnect wish = new Disconnect(ReasonCode.SUCCESS, 7L, "words", UserProperties.EMPTY, null);

        assertThat(IntStream.of(1, 2, 8, 9, 17).mapToObj(limit -> {
                    TestClient client = connected(limit);
                    client.disconnect(wish);
                    return client.sent();
                }))
                .containsExactly(
                        List.of(),
                        List.of(new Disconnect(ReasonCode.SUCCESS)),
                        List.of(new Disconnect(ReasonCode.SUCCESS)),
                        List.of(new Disconnect(ReasonCode.SUCCESS, 7L, null, UserProperties.EMPTY, null)),
                        List.of(wish));
    }
}
