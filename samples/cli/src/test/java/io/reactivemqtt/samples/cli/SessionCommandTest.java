package io.reactivemqtt.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.samples.cli.Run.Surroundings;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionSnapshot;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over a store in which two orders wait to be sent. */
class SessionCommandTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private String store = "";

    @BeforeEach
    void ordersWait() {
        store = directory.resolve("sessions.db").toString();
        try (SqliteSessionStore sessions = SqliteSessionStore.at(Path.of(store))) {
            ReactorMqttClient client = client(sessions);
            enqueueOrders(client);
            client.disconnect().block();
        }
    }

    private static ReactorMqttClient client(SqliteSessionStore sessions) {
        return ReactorMqttClient.create(options -> options.clientIdentifier("meter-7")
                .cleanStart(false)
                .sessionExpiryInterval(Duration.ofDays(1))
                .sessionStore(sessions));
    }

    private static void enqueueOrders(ReactorMqttClient client) {
        client.enqueue(ApplicationMessage.of("orders/1", "confidential", Qos.AT_LEAST_ONCE))
                .block();
        client.enqueue(ApplicationMessage.of("orders/2", "", Qos.EXACTLY_ONCE)).block();
    }

    @Test
    void inspectShowsWhatWaitsWithoutPayloads() {
        Run run = Run.of("session", "inspect", "--store", store, "-i", "meter-7");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).hasSize(3);
        assertThat(run.out().get(0)).isEqualTo("session     meter-7");
        assertThat(run.out().get(1))
                .matches("outgoing    QoS 1  orders/1  12 bytes, accepted [0-9]+ s ago, waits to be sent");
        assertThat(run.out().get(2))
                .matches("outgoing    QoS 2  orders/2  0 bytes, accepted [0-9]+ s ago, waits to be sent");
        assertThat(run.status()).isZero();
    }

    @Test
    void inspectDoesNotDisturbWhoIsAtWork() {
        try (SqliteSessionStore sessions = SqliteSessionStore.at(Path.of(store))) {
            ReactorMqttClient client = client(sessions);
            enqueueOrders(client);

            assertThat(Run.of("session", "inspect", "--store", store, "-i", "meter-7")
                            .out())
                    .hasSize(5);

            enqueueOrders(client); // would fail if the Session had been taken over
            client.disconnect().block();
        }
    }

    @Test
    void sessionThatIsNotThereIsOneLine() {
        for (String command : new String[] {"inspect", "export"}) {
            Run run = Run.of("session", command, "--store", store, "-i", "meter-8");

            assertThat(run.err())
                    .containsExactly(
                            "reactive-mqtt session " + command + ": there is no Session of meter-8 in " + store);
            assertThat(run.status()).isEqualTo(1);
        }
    }

    @Test
    void exportedSessionIsImportedElsewhere() throws IOException {
        Path text = directory.resolve("session.json");
        String other = directory.resolve("other.db").toString();

        Run exported = Run.of("session", "export", "--store", store, "-i", "meter-7", text.toString());
        assertThat(exported.err()).isEmpty();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(text)))
                .isEqualTo("rw-------");
        Run imported = Run.of("session", "import", "--store", other, "-i", "meter-7", text.toString());

        assertThat(imported.err()).isEmpty();
        assertThat(imported.status()).isZero();
        assertThat(Run.of("session", "inspect", "--store", other, "-i", "meter-7")
                        .text())
                .contains("orders/1", "orders/2");
    }

    @Test
    void exportAndImportGoThroughAPipe() {
        String other = directory.resolve("other.db").toString();
        Run exported = Run.of("session", "export", "--store", store, "-i", "meter-7");

        Run imported = Surroundings.empty()
                .withInput(exported.text())
                .run("session", "import", "--store", other, "-i", "meter-7");

        assertThat(imported.err()).isEmpty();
        assertThat(Run.of("session", "inspect", "--store", other, "-i", "meter-7")
                        .out())
                .hasSize(3);
    }

    @Test
    void fileThatIsThereIsNotWrittenOver() throws IOException {
        Path there = Files.writeString(directory.resolve("there"), "precious");

        Run run = Run.of("session", "export", "--store", store, "-i", "meter-7", there.toString());

        assertThat(run.err())
                .containsExactly("reactive-mqtt session export: " + there
                        + " is there already: name another file, or move it away");
        assertThat(there).hasContent("precious");
    }

    @Test
    void sessionThatIsThereIsReplacedOnlyIfThatIsSaid() {
        Run exported = Run.of("session", "export", "--store", store, "-i", "meter-7");
        Surroundings surroundings = Surroundings.empty().withInput(exported.text());

        Run refused = surroundings.run("session", "import", "--store", store, "-i", "meter-7");
        Run replaced = surroundings.run("session", "import", "--store", store, "-i", "meter-7", "--replace");

        assertThat(refused.err())
                .containsExactly("reactive-mqtt session import: there is a Session of meter-7 in " + store
                        + " already: --replace takes its place");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(replaced.err()).isEmpty();
        assertThat(Run.of("session", "inspect", "--store", store, "-i", "meter-7")
                        .out())
                .hasSize(3);
    }

    @Test
    void sessionOfAnotherClientIsRefused() {
        Run exported = Run.of("session", "export", "--store", store, "-i", "meter-7");

        Run run = Surroundings.empty()
                .withInput(exported.text())
                .run("session", "import", "--store", store, "-i", "meter-8");

        assertThat(run.err())
                .containsExactly(
                        "reactive-mqtt session import: the saved session is that of \"meter-7\", not of \"meter-8\"");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void sessionWhoseExpiryIntervalHasPassedIsNotImported() throws IOException {
        String text = new SessionSnapshot(
                        "meter-7",
                        List.of(
                                new ConnectionEnded(System.currentTimeMillis() - 3_600_000, 60),
                                new IncomingProcessed(1)))
                .toJson();
        Path file = Files.writeString(directory.resolve("old.json"), text);

        Run run = Run.of(
                "session",
                "import",
                "--store",
                directory.resolve("new.db").toString(),
                "-i",
                "meter-7",
                file.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .singleElement()
                .asString()
                .contains("Session Expiry Interval")
                .contains("has passed");
    }
}
