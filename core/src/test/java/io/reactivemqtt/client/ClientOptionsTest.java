package io.reactivemqtt.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.Spec;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.Will;
import io.reactivemqtt.store.InMemorySessionStore;
import io.reactivemqtt.store.SessionStore;
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
            identifiers.add(SessionOptions.builder().build().clientIdentifier());
        }

        assertThat(identifiers).hasSize(1000).allMatch(identifier -> identifier.matches("[0-9a-zA-Z]{1,23}"));
    }

    @Test
    @Spec("3.1.1:MQTT-3.1.3-7")
    void aSessionThatOutlivesItsConnectionNeedsAName() {
        assertThatIllegalArgumentException().isThrownBy(() -> ClientOptions.builder()
                .protocolVersion(ProtocolVersion.MQTT_3_1_1)
                .clientIdentifier("")
                .cleanSession(false)
                .build());
        assertThatIllegalArgumentException().isThrownBy(() -> ClientOptions.builder()
                .clientIdentifier("")
                .sessionExpiryInterval(Duration.ofSeconds(1))
                .build());
    }

    static Stream<Consumer<ClientOptions.Builder>> whatMqtt311CannotSay() {
        return Stream.of(
                options -> options.cleanStart(false),
                options -> options.sessionExpiryInterval(Duration.ofHours(1)),
                options -> options.password("secret"),
                options -> options.connectSettings(settings -> settings.userProperties(UserProperties.of("a", "b"))),
                options -> options.session(session -> session.topicAliasMaximum(1)),
                options -> options.connectSettings(settings -> settings.requestResponseInformation(true)),
                options -> options.connectSettings(settings -> settings.requestProblemInformation(false)),
                options -> options.will(Will.of(ApplicationMessage.of("a", "b", Qos.AT_MOST_ONCE))
                        .withDelay(Duration.ofSeconds(1))),
                options -> options.will(
                        Will.of(ApplicationMessage.to("a").contentType("x").build())));
    }

    @ParameterizedTest
    @MethodSource("whatMqtt311CannotSay")
    @Spec("3.1.1:MQTT-3.1.2-22")
    void whatMqtt311CannotSayIsRefused(Consumer<ClientOptions.Builder> option) {
        ClientOptions.Builder old = ClientOptions.builder().protocolVersion(ProtocolVersion.MQTT_3_1_1);
        option.accept(old);

        assertThatIllegalArgumentException().isThrownBy(old::build).withMessageContaining("MQTT 3.1.1");
    }

    static Stream<Consumer<ClientOptions.Builder>> outOfRange() {
        return Stream.of(
                options -> options.clientIdentifier("a\u0000"),
                options -> options.userName("\uD800"),
                options -> options.connectSettings(settings -> settings.password(Payload.of(new byte[65_536]))),
                options -> options.keepAlive(Duration.ofMillis(1500)),
                options -> options.keepAlive(Duration.ofSeconds(65_536)),
                options -> options.sessionExpiryInterval(Duration.ofSeconds(-1)),
                options -> options.receiveMaximum(0),
                options -> options.receiveMaximum(65_536),
                options -> options.session(session -> session.sendMaximum(0)),
                options -> options.session(session -> session.maximumPacketSize(15)),
                options -> options.session(session -> session.topicAliasMaximum(65_536)),
                options -> options.queue(queue -> queue.maximumMessages(0)),
                options -> options.queue(queue -> queue.maximumBytes(0)),
                options -> options.connectTimeout(Duration.ZERO),
                options -> options.disconnectTimeout(Duration.ofSeconds(-1)));
    }

    @ParameterizedTest
    @MethodSource("outOfRange")
    void whatIsOutOfRangeIsRefusedAtOnce(Consumer<ClientOptions.Builder> option) {
        ClientOptions.Builder builder = ClientOptions.builder();

        assertThatIllegalArgumentException().isThrownBy(() -> option.accept(builder));
    }

    @Test
    void cleanSessionSaysCleanStartAndSessionExpiryInOne() {
        SessionOptions clean = SessionOptions.builder().cleanSession(true).build();
        SessionOptions kept = SessionOptions.builder().cleanSession(false).build();

        assertThat(clean.cleanStart()).isTrue();
        assertThat(clean.sessionExpiryInterval()).isZero();
        assertThat(kept.cleanStart()).isFalse();
        assertThat(kept.sessionExpiryInterval()).isEqualTo(SessionOptions.NEVER);
    }

    @Test
    void optionsDoNotChangeWithTheirBuilder() {
        ClientOptions.Builder builder = ClientOptions.builder().clientIdentifier("before");
        ClientOptions options = builder.build();
        builder.clientIdentifier("after");

        assertThat(options.session().clientIdentifier()).isEqualTo("before");
    }

    @Test
    void optionsThatAreMutatedHaveAllThatTheyHadButWhatIsChanged() {
        ClientOptions options = ClientOptions.builder()
                .server("mqtt://example:1884")
                .cleanStart(false)
                .session(session -> session.sendMaximum(7))
                .queue(queue -> queue.maximumBytes(100))
                .keepAlive(Duration.ofSeconds(5))
                .userName("alice")
                .build();

        ClientOptions changed = options.mutate().userName("bob").build();

        assertThat(changed)
                .usingRecursiveComparison()
                .ignoringFields("values.connectSettings.values.userName")
                .isEqualTo(options);
        assertThat(changed.connectSettings().userName()).isEqualTo("bob");
        assertThat(options.connectSettings().userName()).isEqualTo("alice");
    }

    @Test
    void groupsCanBeMadeApartAndPutIn() {
        SessionOptions session = SessionOptions.builder().receiveMaximum(3).build();
        ConnectSettings settings = ConnectSettings.builder().userName("alice").build();
        QueueOptions queue = QueueOptions.builder().maximumMessages(4).build();

        ClientOptions options = ClientOptions.builder()
                .session(session)
                .connectSettings(settings)
                .queue(queue)
                .build();

        assertThat(options.session()).usingRecursiveComparison().isEqualTo(session);
        assertThat(options.connectSettings()).usingRecursiveComparison().isEqualTo(settings);
        assertThat(options.queue()).usingRecursiveComparison().isEqualTo(queue);
    }

    @Test
    void durableSessionSaysAllThatAStoreNeeds() {
        SessionStore store = new InMemorySessionStore();

        ClientOptions options = ClientOptions.builder()
                .durableSession("sensor-1", Duration.ofDays(1), store)
                .build();

        assertThat(options.sessionStore()).isSameAs(store);
        assertThat(options.session().clientIdentifier()).isEqualTo("sensor-1");
        assertThat(options.session().cleanStart()).isFalse();
        assertThat(options.session().sessionExpiryInterval()).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void noSecretStandsInTheText() {
        ClientOptions options = ClientOptions.builder()
                .userName("alice")
                .password("hunter2")
                .will(Will.of(ApplicationMessage.of("a", "last words", Qos.AT_MOST_ONCE)))
                .build();

        assertThat(options.toString()).doesNotContain("alice", "hunter2", "last words");
    }
}
