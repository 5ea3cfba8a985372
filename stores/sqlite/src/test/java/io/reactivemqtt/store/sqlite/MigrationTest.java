package io.reactivemqtt.store.sqlite;

import static io.reactivemqtt.store.sqlite.Sessions.accepted;
import static io.reactivemqtt.store.sqlite.Sessions.append;
import static io.reactivemqtt.store.sqlite.Sessions.open;
import static io.reactivemqtt.store.sqlite.Sessions.peek;
import static io.reactivemqtt.store.sqlite.Sessions.recover;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.StoredMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Files that earlier versions have left: {@code version-2.db.gz} is one that the code of that version wrote. */
class MigrationTest {

    private static final String OTHER = "\u00FCber/'\"; 8";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("it's \"the\" store.db");
    }

    private void unpackVersion2() throws IOException {
        try (InputStream packed = MigrationTest.class.getResourceAsStream("version-2.db.gz")) {
            Files.copy(new GZIPInputStream(Objects.requireNonNull(packed)), file);
        }
    }

    private static SessionChange message(long sequence, String topic, Qos qos) {
        return new OutgoingAccepted(
                sequence, ApplicationMessage.of(topic, "payload of " + topic, qos), 1_700_000_000_000L + sequence);
    }

    private static final List<SessionChange> METER_7 = List.of(
            new SequencesReserved(1_000),
            new ConnectionEnded(1_700_000_000_005L, 3_600),
            new SubscriptionAdded(
                    TopicSubscription.of(TopicFilter.of("meters/+/limits"), Qos.EXACTLY_ONCE)
                            .withNoLocal(true)
                            .withRetainAsPublished(true)
                            .withRetainHandling(RetainHandling.DO_NOT_SEND),
                    4),
            new SubscriptionAdded(TopicSubscription.of("$share/all/alarms/#", Qos.AT_LEAST_ONCE), 0),
            new IncomingProcessed(9),
            new IncomingProcessed(5),
            message(1, "meters/7/released", Qos.EXACTLY_ONCE),
            new OutgoingAssigned(1, 7),
            new OutgoingReleased(1),
            message(2, "meters/7/in-flight", Qos.AT_LEAST_ONCE),
            new OutgoingAssigned(2, 65_535),
            message(3, "meters/7/waits", Qos.AT_LEAST_ONCE));

    private static final List<SessionChange> METER_8 = List.of(
            new ConnectionBegun(),
            new OutgoingAccepted(
                    1,
                    ApplicationMessage.of("meters/8/waits", "payload of meters/8/waits", Qos.EXACTLY_ONCE),
                    1_700_000_000_006L));

    @Test
    void aFileOfVersion2GoesOnInTheDefaultNamespace() throws Exception {
        unpackVersion2();
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            SessionLog log = open(store, "meter 7");
            assertThat(recover(log)).containsExactlyElementsOf(METER_7);
            assertThat(recover(open(store, OTHER))).containsExactlyElementsOf(METER_8);
            append(log, accepted(4));
        }
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            assertThat(recover(open(store, "meter 7")))
                    .hasSize(METER_7.size() + 1)
                    .containsAll(METER_7)
                    .contains(accepted(4));
            assertThat(Flux.from(store.peek(SessionKey.of("other", "meter 7")))
                            .collectList()
                            .block())
                    .isEmpty();
        }
        assertThat(setAside()).isEqualTo("outgoing message 4 of meter 7 in ");
    }

    private String setAside() throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file.toUri());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT entry || ' of ' || client_identifier || ' in ' || namespace FROM set_aside")) {
            return rows.getString(1);
        }
    }

    @Test
    void whoOnlyLooksLeavesAFileOfVersion2AsItIs() throws Exception {
        unpackVersion2();
        byte[] before = Files.readAllBytes(file);
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            assertThat(peek(store, "meter 7")).containsExactlyElementsOf(METER_7);
            assertThat(peek(store, OTHER)).containsExactlyElementsOf(METER_8);
            assertThat(Flux.from(store.sessions("")).collectList().block())
                    .containsExactlyInAnyOrder(SessionKey.of("meter 7"), SessionKey.of(OTHER));
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void aFileOfVersion2WithAnotherNameThanWasWrittenIsRefusedAndLeftAlone() throws Exception {
        unpackVersion2();
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int name = text.indexOf("meter 7");
        for (; name >= 0; name = text.indexOf("meter 7", name + 1)) {
            bytes[name] = 'M'; // the table and its index alike, so that no integrity check tells
        }
        Files.write(file, bytes);

        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            assertThatThrownBy(() -> open(store, "meter 7"))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is damaged");
        }
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            assertThatThrownBy(() -> peek(store, "meter 7")).isInstanceOf(StoreException.class);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @Test
    void aFileOfVersion3GoesOnWithReceipts() throws Exception {
        ReceiptKept receipt = new ReceiptKept(
                1,
                "order 1",
                ApplicationMessage.of("a", "", Qos.AT_LEAST_ONCE),
                ReceiptKept.Outcome.ACKNOWLEDGED,
                ReasonCode.SUCCESS,
                false,
                null);
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            append(open(store, "meter 7"), accepted(1), accepted(2));
        }
        StoreFileTest.execute(file, "DROP TABLE receipt", "PRAGMA user_version = 3"); // no more is new in version 4

        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            assertThat(peek(store, "meter 7")).containsExactly(accepted(1), accepted(2));
            SessionLog log = open(store, "meter 7");
            assertThat(recover(log)).containsExactly(accepted(1), accepted(2));
            append(log, receipt);
        }
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            assertThat(recover(open(store, "meter 7"))).containsExactly(receipt, accepted(2));
        }
    }

    @Test
    void aFileOfVersion1GoesOnWithChecksumsAndNamespaces() throws Exception {
        StoreFileTest.execute(file, readVersion1());
        StoreFileTest.execute(
                file,
                "PRAGMA journal_mode = WAL",
                "PRAGMA application_id = 1297175636",
                "PRAGMA user_version = 1",
                "INSERT INTO session VALUES (3, 'client', 7, 1000, 0, 1700000000000, 3600), (4, 'other', NULL, NULL, NULL, NULL, NULL)",
                "INSERT INTO subscription VALUES (3, 'a/+', 5, 1, 1, 0, 2, 9), (3, 'b', 6, 0, 0, 0, 0, 0)",
                "INSERT INTO incoming VALUES (3, 65535, 7), (3, 4, 8)",
                outgoing(1, "2", "9"),
                outgoing(2, "1", "NULL"),
                outgoing(3, "NULL", "NULL"));
        List<SessionChange> expected = List.of(
                new SequencesReserved(1_000),
                new ConnectionEnded(1_700_000_000_000L, 3_600),
                new SubscriptionAdded(
                        TopicSubscription.of(TopicFilter.of("a/+"), Qos.AT_LEAST_ONCE)
                                .withNoLocal(true)
                                .withRetainHandling(RetainHandling.DO_NOT_SEND),
                        9),
                new SubscriptionAdded(TopicSubscription.of("b", Qos.AT_MOST_ONCE), 0),
                new IncomingProcessed(65_535),
                new IncomingProcessed(4),
                accepted(1),
                new OutgoingAssigned(1, 2),
                new OutgoingReleased(1),
                accepted(2),
                new OutgoingAssigned(2, 1),
                accepted(3));

        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            SessionLog log = open(store, "client");
            assertThat(recover(log)).containsExactlyElementsOf(expected);
            append(log, accepted(4));
            assertThat(recover(open(store, "other"))).isEmpty();
        }
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            assertThat(recover(open(store, "client")))
                    .hasSize(expected.size() + 1)
                    .containsAll(expected);
        }
    }

    private static String outgoing(long sequence, String packetIdentifier, String releaseOrder) {
        OutgoingAccepted accepted = accepted(sequence);
        return "INSERT INTO outgoing VALUES (3, " + sequence + ", " + packetIdentifier + ", " + releaseOrder + ", "
                + accepted.acceptedAtMillis() + ", x'"
                + HexFormat.of().formatHex(StoredMessage.toBytes(accepted.message())) + "')";
    }

    private static String[] readVersion1() throws IOException {
        try (InputStream statements =
                Objects.requireNonNull(MigrationTest.class.getResourceAsStream("version-1.sql"))) {
            return new String(statements.readAllBytes(), StandardCharsets.UTF_8).split(";\\s*(?=CREATE|$)", 0);
        }
    }
}
