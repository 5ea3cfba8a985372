package io.reactivemqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.client.ConnectOptions;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectOptionsTest {

    @Test
    @Spec({"MQTT-3.1.3-5", "3.1.1:MQTT-3.1.3-5"})
    void clientIdentifiersThatAreMadeUpFitEveryServerAndDiffer() {
        Set<String> identifiers = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            identifiers.add(ConnectOptions.builder().build().clientIdentifier());
        }

        assertThat(identifiers).hasSize(1000).allMatch(identifier -> identifier.matches("[0-9a-zA-Z]{1,23}"));
    }

    @Test
    @Spec("3.1.1:MQTT-3.1.3-7")
    void aSessionThatOutlivesItsConnectionNeedsAName() {
        assertThatIllegalArgumentException().isThrownBy(() -> ConnectOptions.builder()
                .protocolVersion(ProtocolVersion.MQTT_3_1_1)
                .clientIdentifier("")
                .cleanSession(false)
                .build());
        assertThatIllegalArgumentException().isThrownBy(() -> ConnectOptions.builder()
                .clientIdentifier("")
                .sessionExpiryInterval(Duration.ofSeconds(1))
                .build());
    }

    static Stream<Consumer<ConnectOptions.PlainBuilder>> whatMqtt311CannotSay() {
        return Stream.of(
                options -> options.cleanStart(false),
                options -> options.sessionExpiryInterval(Duration.ofHours(1)),
                options -> options.password("secret"),
                options -> options.userProperties(UserProperties.of("a", "b")),
                options -> options.topicAliasMaximum(1),
                options -> options.requestResponseInformation(true),
                options -> options.requestProblemInformation(false),
                options -> options.will(
                        new Will(ApplicationMessage.of("a", "b", Qos.AT_MOST_ONCE), Duration.ofSeconds(1))),
                options -> options.will(
                        Will.of(ApplicationMessage.to("a").contentType("x").build())));
    }

    @ParameterizedTest
    @MethodSource("whatMqtt311CannotSay")
    @Spec("3.1.1:MQTT-3.1.2-22")
    void whatMqtt311CannotSayIsRefused(Consumer<ConnectOptions.PlainBuilder> option) {
        ConnectOptions.PlainBuilder old = ConnectOptions.builder().protocolVersion(ProtocolVersion.MQTT_3_1_1);
        option.accept(old);

        assertThatIllegalArgumentException().isThrownBy(old::build).withMessageContaining("MQTT 3.1.1");
    }

    static Stream<Consumer<ConnectOptions.PlainBuilder>> outOfRange() {
        return Stream.of(
                options -> options.clientIdentifier("a\u0000"),
                options -> options.userName("\uD800"),
                options -> options.password(Payload.of(new byte[65_536])),
                options -> options.keepAlive(Duration.ofMillis(1500)),
                options -> options.keepAlive(Duration.ofSeconds(65_536)),
                options -> options.sessionExpiryInterval(Duration.ofSeconds(-1)),
                options -> options.receiveMaximum(0),
                options -> options.receiveMaximum(65_536),
                options -> options.sendMaximum(0),
                options -> options.maximumPacketSize(15),
                options -> options.topicAliasMaximum(65_536),
                options -> options.maximumQueuedMessages(0),
                options -> options.maximumQueuedBytes(0),
                options -> options.connectTimeout(Duration.ZERO),
                options -> options.disconnectTimeout(Duration.ofSeconds(-1)));
    }

    @ParameterizedTest
    @MethodSource("outOfRange")
    void whatIsOutOfRangeIsRefusedAtOnce(Consumer<ConnectOptions.PlainBuilder> option) {
        ConnectOptions.PlainBuilder builder = ConnectOptions.builder();

        assertThatIllegalArgumentException().isThrownBy(() -> option.accept(builder));
    }

    @Test
    void cleanSessionSaysCleanStartAndSessionExpiryInOne() {
        ConnectOptions clean = ConnectOptions.builder().cleanSession(true).build();
        ConnectOptions kept = ConnectOptions.builder().cleanSession(false).build();

        assertThat(clean.cleanStart()).isTrue();
        assertThat(clean.sessionExpiryInterval()).isZero();
        assertThat(kept.cleanStart()).isFalse();
        assertThat(kept.sessionExpiryInterval()).isEqualTo(ConnectOptions.NEVER);
    }

    @Test
    void optionsDoNotChangeWithTheirBuilder() {
        ConnectOptions.PlainBuilder builder = ConnectOptions.builder().clientIdentifier("before");
        ConnectOptions options = builder.build();
        builder.clientIdentifier("after");

        assertThat(options.clientIdentifier()).isEqualTo("before");
    }

    @Test
    void noSecretStandsInTheText() {
        ConnectOptions options = ConnectOptions.builder()
                .userName("alice")
                .password("hunter2")
                .will(Will.of(ApplicationMessage.of("a", "last words", Qos.AT_MOST_ONCE)))
                .build();

        assertThat(options.toString()).doesNotContain("alice", "hunter2", "last words");
    }
}
