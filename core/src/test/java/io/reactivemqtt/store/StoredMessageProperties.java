package io.reactivemqtt.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.MessageProperties;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.UserProperties;
import java.time.Duration;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.arbitraries.StringArbitrary;

/** What is stored of a message is the message; what is not the stored form of one is refused. */
class StoredMessageProperties {

    @Provide
    Arbitrary<ApplicationMessage> messages() {
        return Combinators.combine(
                        text().ofMinLength(1).map(TopicName::of),
                        binary(),
                        Arbitraries.of(Qos.class),
                        Arbitraries.of(true, false),
                        properties())
                .as(ApplicationMessage::of);
    }

    private static Arbitrary<MessageProperties> properties() {
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.longs()
                                .between(0, 0xFFFF_FFFFL)
                                .map(Duration::ofSeconds)
                                .injectNull(0.5),
                        text().injectNull(0.5),
                        text().ofMinLength(1).map(TopicName::of).injectNull(0.5),
                        binary().injectNull(0.5),
                        userProperties())
                .as(MessageProperties::new);
    }

    private static Arbitrary<UserProperties> userProperties() {
        return text().list().ofMaxSize(5).map(names -> {
            UserProperties properties = UserProperties.EMPTY;
            for (String name : names) {
                properties = properties.with(name, name + names.size());
            }
            return properties;
        });
    }

    private static StringArbitrary text() {
        return Arbitraries.strings()
                .withCharRange(' ', '"')
                .withCharRange('$', '*')
                .withCharRange(',', '~')
                .withChars('\n', '\u00E9', '\uFEFF', '\uFFFF', '\u4E2D')
                .ofMaxLength(30);
    }

    private static Arbitrary<Payload> binary() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(200).map(Payload::of);
    }

    @Property
    void messageIsReadAsItWasStored(@ForAll @From("messages") ApplicationMessage message) {
        assertThat(StoredMessage.fromBytes(StoredMessage.toBytes(message))).isEqualTo(message);
    }

    @Property
    void formThatIsCutShortIsRefused(@ForAll @From("messages") ApplicationMessage message, @ForAll int anywhere) {
        byte[] bytes = StoredMessage.toBytes(message);
        byte[] cut = Arrays.copyOf(bytes, Math.floorMod(anywhere, bytes.length));

        assertThatIllegalArgumentException().isThrownBy(() -> StoredMessage.fromBytes(cut));
    }

    @Property
    void formWithMoreBehindItIsRefused(@ForAll @From("messages") ApplicationMessage message, @ForAll byte more) {
        byte[] bytes = StoredMessage.toBytes(message);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        longer[bytes.length] = more;

        assertThatIllegalArgumentException().isThrownBy(() -> StoredMessage.fromBytes(longer));
    }

    @Property
    void anyBytesAreAMessageOrRefused(@ForAll byte[] bytes) {
        try {
            assertThat(StoredMessage.fromBytes(bytes)).isNotNull();
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageStartingWith("not the stored form of a message");
        }
    }

    @Example
    void aReaderIsNotMisledByOtherPacketsThatWereStoredByMistake() {
        ApplicationMessage message = ApplicationMessage.of("a/b", "1", Qos.AT_LEAST_ONCE);
        byte[] bytes = StoredMessage.toBytes(message);
        byte[] connectOfMqtt311 = {0x10, 12, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 0};
        StoredMessage.Reader reader = new StoredMessage.Reader();

        assertThatIllegalArgumentException().isThrownBy(() -> reader.read(connectOfMqtt311));
        assertThatIllegalArgumentException().isThrownBy(() -> reader.read(new byte[0]));

        assertThat(reader.read(bytes)).isEqualTo(message);
    }

    @Example
    void theMessagesOfOneReaderShareTheirTopicName() {
        ApplicationMessage message = ApplicationMessage.of("a/b", "1", Qos.AT_LEAST_ONCE);
        byte[] bytes = StoredMessage.toBytes(message);
        StoredMessage.Reader reader = new StoredMessage.Reader();

        assertThat(reader.read(bytes).topicName()).isSameAs(reader.read(bytes).topicName());
    }
}
