package io.reactivemqtt.store.sqlite;

import static io.reactivemqtt.store.sqlite.Sessions.accepted;
import static io.reactivemqtt.store.sqlite.Sessions.append;
import static io.reactivemqtt.store.sqlite.Sessions.open;
import static io.reactivemqtt.store.sqlite.Sessions.peek;
import static io.reactivemqtt.store.sqlite.Sessions.recover;
import static io.reactivemqtt.store.sqlite.StoreFileTest.execute;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnreadableEntriesTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void whatCannotBeReadIsSetAsideToldAndNotMetAgain() throws SQLException {
        Path file = directory.resolve("sessions.db");
        SubscriptionAdded kept = new SubscriptionAdded(TopicSubscription.of("b", Qos.AT_LEAST_ONCE), 0);
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            append(
                    open(store, "client"),
                    new SubscriptionAdded(TopicSubscription.of("a", Qos.AT_LEAST_ONCE), 0),
                    kept,
                    new SubscriptionAdded(TopicSubscription.of("c", Qos.AT_LEAST_ONCE), 0),
                    new SubscriptionAdded(TopicSubscription.of("d", Qos.AT_LEAST_ONCE), 0),
                    new IncomingProcessed(1),
                    new IncomingProcessed(2),
                    accepted(1),
                    accepted(2),
                    accepted(3),
                    new OutgoingAssigned(3, 3),
                    accepted(4));
        }
        execute(
                file,
                "UPDATE subscription SET topic_filter = CAST(x'61FF23' AS TEXT) WHERE topic_filter = 'a'",
                "UPDATE subscription SET qos = 3 WHERE topic_filter = 'c'",
                "UPDATE subscription SET retain_handling = 9 WHERE topic_filter = 'd'",
                "UPDATE incoming SET packet_identifier = 65536 WHERE packet_identifier = 1",
                "UPDATE outgoing SET message = x'30FF' WHERE sequence = 2",
                "UPDATE outgoing SET packet_identifier = 0 WHERE sequence = 3");
        List<SessionChange> readable = List.of(kept, new IncomingProcessed(2), accepted(1), accepted(4));

        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            for (int look = 0; look < 2; look++) { // which sets nothing aside
                assertThat(peek(store, "client"))
                        .hasSize(10)
                        .containsSubsequence(readable)
                        .filteredOn(EntryUnreadable.class::isInstance)
                        .hasSize(6)
                        .allSatisfy(entry -> assertThat(((EntryUnreadable) entry).description())
                                .contains("\"client\"", "as it did", file.toString())
                                .doesNotContain("reading"));
            }
            List<SessionChange> recovered = recover(open(store, "client"));
            assertThat(recovered).hasSize(10).containsSubsequence(readable);
            assertThat(recovered)
                    .filteredOn(EntryUnreadable.class::isInstance)
                    .hasSize(6)
                    .allSatisfy(entry -> assertThat(((EntryUnreadable) entry).description())
                            .contains("\"client\"", "set_aside", file.toString())
                            .doesNotContain("reading"));

            assertThat(recover(open(store, "client"))).containsExactlyElementsOf(readable);
        }
        assertThat(setAside(file))
                .hasSize(6)
                .anySatisfy(
                        row -> assertThat(row).startsWith("outgoing message 2|").endsWith("|30FF"))
                .anySatisfy(row ->
                        assertThat(row).startsWith("outgoing message 3|a Packet Identifier is 1 to 65,535, not 0|3"));
    }

    private static List<String> setAside(Path file) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement();
                ResultSet found =
                        statement.executeQuery("SELECT entry || '|' || reason || '|' || hex(content) FROM set_aside")) {
            while (found.next()) {
                rows.add(found.getString(1));
            }
        }
        return rows;
    }
}
