package io.reactivemqtt.store;

import static io.reactivemqtt.LinearWork.assertLinearInAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.UserProperties.UserProperty;
import io.reactivemqtt.exception.SnapshotRefusedException;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.ReceiptWanted;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** However large what was saved or stored is, and whoever wrote it: to read it costs what its bytes cost, and no more. */
class LinearReadingTest {

    private static SessionChange accepted(int number) {
        return new OutgoingAccepted(number, ApplicationMessage.of("a/" + number, "1", Qos.AT_LEAST_ONCE), 1);
    }

    private static Runnable restoring(List<SessionChange> changes) {
        String json = new SessionSnapshot("c", changes).toJson();
        return () -> assertThat(SessionSnapshot.fromJson(json).changes()).hasSameSizeAs(changes);
    }

    private static IntFunction<Runnable> restoring(IntFunction<SessionChange> change) {
        return count ->
                restoring(IntStream.rangeClosed(1, count).mapToObj(change).toList());
    }

    private static Runnable refusing(String json) {
        return () -> assertThatExceptionOfType(SnapshotRefusedException.class)
                .isThrownBy(() -> SessionSnapshot.fromJson(json));
    }

    @Test
    void messagesOfASnapshot() {
        assertLinearInAll(2_000, restoring(LinearReadingTest::accepted));
    }

    @Test
    void subscriptionsOfASnapshot() {
        assertLinearInAll(
                2_000,
                restoring(i ->
                        new SubscriptionAdded(TopicSubscription.of(TopicFilter.of("a/+/" + i), Qos.AT_LEAST_ONCE), 1)));
    }

    @Test
    void receivedIdentifiersAndReceiptsOfASnapshot() {
        assertLinearInAll(10_000, restoring(IncomingProcessed::new));
        assertLinearInAll(2_000, restoring(i -> new ReceiptWanted(i, "order " + i)));
    }

    @Test
    void payloadOfASnapshot() {
        assertLinearInAll(
                200_000,
                length -> restoring(List.of(new OutgoingAccepted(
                        1,
                        ApplicationMessage.of(TopicName.of("a"), Payload.of(new byte[length]), Qos.AT_LEAST_ONCE),
                        1))));
    }

    @Test
    void jsonThatIsNoSnapshot() {
        assertLinearInAll(20_000, count -> refusing("[" + "1,".repeat(count) + "1]"));
        assertLinearInAll(200_000, length -> refusing("[".repeat(length)));
        assertLinearInAll(200_000, length -> refusing("1".repeat(length)));
        assertLinearInAll(200_000, length -> refusing("\"" + "\\u00e9".repeat(length) + "\""));
    }

    /** Names whose hash is the same, as one chooses who wants a table to be slow. */
    @Test
    void namesOfOneHash() {
        assertLinearInAll(4_000, count -> {
            StringBuilder json = new StringBuilder("{\"a\":1");
            for (int i = 0; i < count; i++) {
                json.append(",\"");
                for (int bit = 0; bit < 16; bit++) {
                    json.append((i >> bit & 1) == 0 ? "Aa" : "BB");
                }
                json.append("\":1");
            }
            return refusing(json.append('}').toString());
        });
    }

    @Test
    void pairsOfAStoredMessage() {
        assertLinearInAll(10_000, count -> {
            List<UserProperty> pairs = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                pairs.add(new UserProperty("n" + i, "v" + i));
            }
            byte[] stored = StoredChange.toBytes(new OutgoingAccepted(
                    1,
                    ApplicationMessage.to("a")
                            .qos(Qos.AT_LEAST_ONCE)
                            .userProperties(new UserProperties(pairs))
                            .build(),
                    1));
            return () -> assertThat(StoredChange.fromBytes(stored)).hasSameHashCodeAs(StoredChange.fromBytes(stored));
        });
    }

    @Test
    void storedChanges() {
        assertLinearInAll(5_000, count -> {
            List<byte[]> stored = IntStream.rangeClosed(1, count)
                    .mapToObj(i -> StoredChange.toBytes(accepted(i)))
                    .toList();
            return () -> {
                StoredChange.Reader reader = new StoredChange.Reader();
                SessionState state = new SessionState();
                stored.forEach(bytes -> state.apply(reader.read(bytes)));
                assertThat(state.changes()).hasSize(count);
            };
        });
    }
}
