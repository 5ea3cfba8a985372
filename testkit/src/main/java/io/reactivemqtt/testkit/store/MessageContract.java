package io.reactivemqtt.testkit.store;

import static io.reactivemqtt.testkit.store.Changes.accepted;
import static io.reactivemqtt.testkit.store.Changes.assigned;
import static io.reactivemqtt.testkit.store.Changes.released;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every part of a message comes back as it was. */
public interface MessageContract extends StoreUnderTest {

    @Test
    default void messageOfQos1IsKept(StoreBench bench) {
        bench.assertKept(accepted(1, ApplicationMessage.of("a/b", "text", Qos.AT_LEAST_ONCE)));
    }

    @Test
    default void messageOfQos2IsKept(StoreBench bench) {
        bench.assertKept(accepted(1, ApplicationMessage.of("a/b", "text", Qos.EXACTLY_ONCE)));
    }

    @Test
    default void retainFlagIsKept(StoreBench bench) {
        assertMessagesKept(bench, message().retain(true), message().retain(false));
    }

    @Test
    default void payloadFormatIndicatorIsKept(StoreBench bench) {
        assertMessagesKept(
                bench,
                message().text("text"),
                message().utf8Payload(true),
                message().utf8Payload(false));
    }

    @Test
    default void messageExpiryIntervalIsKept(StoreBench bench) {
        assertMessagesKept(
                bench,
                message(),
                message().messageExpiryInterval(Duration.ZERO),
                message().messageExpiryInterval(Duration.ofSeconds(1)),
                message().messageExpiryInterval(Duration.ofSeconds(0x7FFF_FFFFL)),
                message().messageExpiryInterval(Duration.ofSeconds(0xFFFF_FFFFL)));
    }

    @Test
    default void contentTypeIsKept(StoreBench bench) {
        assertMessagesKept(
                bench,
                message().contentType(""),
                message().contentType("application/json; charset=\"utf-8\""),
                message().contentType("\u00E9\uD83D\uDE00\n"),
                message().contentType("t".repeat(65_535)));
    }

    @Test
    default void responseTopicIsKept(StoreBench bench) {
        assertMessagesKept(
                bench,
                message().responseTopic("answers/to/me"),
                message().responseTopic("/"),
                message().responseTopic("r".repeat(65_535)));
    }

    @Test
    default void correlationDataIsKept(StoreBench bench) {
        assertMessagesKept(
                bench,
                message().correlationData(Payload.EMPTY),
                message().correlationData(Payload.of((byte) 0, (byte) -1, (byte) 127, (byte) -128)),
                message().correlationData(Payload.of(bytes(65_535))));
    }

    @Test
    default void userPropertiesAreKeptInOrderAndWithDuplicates(StoreBench bench) {
        assertMessagesKept(
                bench,
                message().userProperty("name", "2").userProperty("name", "1").userProperty("name", "2"),
                message().userProperty("", "").userProperty("b", "").userProperty("", "a"),
                message().userProperty("n\u00E4me=;,", "'\"\\\uD83D\uDE00"),
                message().userProperties(manyUserProperties()));
    }

    @Test
    default void allPropertiesTogetherAreKept(StoreBench bench) {
        assertMessagesKept(
                bench,
                message()
                        .text("all")
                        .retain(true)
                        .messageExpiryInterval(Duration.ofDays(1))
                        .contentType("text/plain")
                        .responseTopic("answers")
                        .correlationData(Payload.utf8("question 7"))
                        .userProperty("name", "value"));
    }

    @Test
    default void emptyPayloadIsKept(StoreBench bench) {
        assertMessagesKept(bench, message().payload(Payload.EMPTY));
    }

    @Test
    default void everyByteOfAPayloadIsKept(StoreBench bench) {
        byte[] everyByte = new byte[256];
        for (int i = 0; i < everyByte.length; i++) {
            everyByte[i] = (byte) i;
        }
        assertMessagesKept(bench, message().payload(Payload.of(everyByte)));
    }

    @Test
    default void payloadOfOneMebibyteIsKept(StoreBench bench) {
        assertMessagesKept(bench, message().payload(Payload.of(bytes(1 << 20))));
    }

    @Test
    default void oddTopicNamesAreKept(StoreBench bench) {
        List<SessionChange> messages = new ArrayList<>();
        for (String name : OddNames.ALL) {
            messages.add(accepted(messages.size() + 1, ApplicationMessage.of(name, name, Qos.AT_LEAST_ONCE)));
        }
        bench.assertKept(messages);
    }

    @Test
    default void longestTopicNameIsKept(StoreBench bench) {
        bench.assertKept(
                accepted(1, ApplicationMessage.of("t".repeat(65_535), "ASCII", Qos.AT_LEAST_ONCE)),
                accepted(2, ApplicationMessage.of("\uFFFD".repeat(21_845), "three bytes each", Qos.AT_LEAST_ONCE)));
    }

    @Test
    default void timeOfAcceptanceIsKept(StoreBench bench) {
        ApplicationMessage message = ApplicationMessage.of("a", "b", Qos.AT_LEAST_ONCE);
        bench.assertKept(
                new OutgoingAccepted(1, message, 0),
                new OutgoingAccepted(2, message, 1),
                new OutgoingAccepted(3, message, 1_795_000_000_123L),
                new OutgoingAccepted(4, message, Long.MAX_VALUE));
    }

    @Test
    default void sequencesAreKeptUpToTheHighest(StoreBench bench) {
        bench.assertKept(
                accepted(1),
                accepted(0x7FFF_FFFFL),
                accepted(0x8000_0000L),
                accepted(0x1_0000_0000L),
                accepted((1L << 53) + 1),
                accepted(Long.MAX_VALUE));
    }

    @Test
    default void releasedMessageKeepsAllButItsPayload(StoreBench bench) {
        ApplicationMessage message = message()
                .text("no longer needed")
                .qos(Qos.EXACTLY_ONCE)
                .retain(true)
                .messageExpiryInterval(Duration.ofHours(1))
                .userProperty("name", "value")
                .build();
        bench.assertKept(accepted(1, message), assigned(1, 65_535), released(1));
    }

    private static void assertMessagesKept(StoreBench bench, ApplicationMessage.Builder... messages) {
        List<SessionChange> changes = new ArrayList<>();
        for (ApplicationMessage.Builder message : messages) {
            changes.add(accepted(changes.size() + 1, message.build()));
        }
        assertEquals(changes, Changes.leftOf(changes));
        bench.assertKept(changes);
    }

    private static ApplicationMessage.Builder message() {
        return ApplicationMessage.to("some/topic").qos(Qos.AT_LEAST_ONCE).payload(Payload.of((byte) 7));
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static UserProperties manyUserProperties() {
        UserProperties properties = UserProperties.EMPTY;
        for (int i = 0; i < 200; i++) {
            properties = properties.with("name " + i % 7, "value " + i);
        }
        return properties;
    }
}
