package io.reactivemqtt.store.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A Session goes on in another process, with all that waited in the first. */
@MqttServer(ServerKind.MOSQUITTO)
@SuppressWarnings("NullAway.Init")
class MovingSessionTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String LISTENERS =
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND state = 'idle'";

    private final RunningServer server;
    private TestDatabase database;
    private ConnectionPool firstPool;
    private ConnectionPool secondPool;

    MovingSessionTest(RunningServer server) {
        this.server = server;
    }

    // #store
    static ConnectionPool pool(PostgresqlConnectionConfiguration database) {
        return new ConnectionPool(ConnectionPoolConfiguration.builder(new PostgresqlConnectionFactory(database))
                .maxSize(5)
                .build());
    }

    static ReactorMqttClient client(URI server, ConnectionPool pool, String pod) {
        SessionStore store = R2dbcSessionStore.builder(pool).ownerName(pod).build();
        return ReactorMqttClient.create(
                options -> options.server(server).durableSession("billing", Duration.ofDays(1), store));
    }
    // #end

    @BeforeEach
    void start() {
        database = TestDatabase.start();
        firstPool = pool(configuration());
        secondPool = pool(configuration());
    }

    private PostgresqlConnectionConfiguration configuration() {
        return TestDatabase.configuration(database.server().port(), "public");
    }

    @AfterEach
    void end() throws IOException {
        TestDatabase.dispose(firstPool);
        TestDatabase.dispose(secondPool);
        database.close();
    }

    @Test
    void theOldOwnerIsToldAtOnceAndNotOnlyWhenItAppends() {
        ReactorMqttClient first = client(server.uri(), firstPool, "pod-1");
        var told = first.events().ofType(ClientEvent.StoreFailed.class).next().toFuture();
        first.enqueue(message(1)).block(SOON);
        database.await("public", LISTENERS, 1L);

        ReactorMqttClient second = client(server.uri(), secondPool, "pod-2");
        second.enqueue(message(2)).block(SOON);

        assertThat(told.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join().cause())
                .isInstanceOf(SessionTakenOverException.class);
        first.disconnect().block(SOON);
        second.disconnect().block(SOON);
        database.await("public", LISTENERS, 0L); // nobody listens any more
    }

    @Test
    void aSessionOfThatNumberInAnotherSchemaStopsNobody() {
        SessionLog mine = opened(database.newSchema());
        var told = Mono.from(mine.takenOver()).toFuture();
        database.await("public", LISTENERS, 1L);
        String other = database.newSchema();
        for (int i = 0; i < 3; i++) {
            opened(other);
        }
        for (long sequence = 1; sequence <= 50; sequence++) {
            Mono.from(mine.append(List.of((SessionChange) OwnerProcess.accepted(sequence))))
                    .block(SOON);
        }
        assertThat(told).isNotDone();
        told.cancel(true);
    }

    private SessionLog opened(String schema) {
        return Objects.requireNonNull(
                Mono.from(R2dbcSessionStore.at(database.single(schema)).open(SessionKey.of("billing")))
                        .block(SOON));
    }

    private static ApplicationMessage message(int number) {
        return ApplicationMessage.of("billing/out", "" + number, Qos.EXACTLY_ONCE);
    }

    @Test
    void whatWaitsInOneProcessIsSentByTheNextOne() {
        ReactorMqttClient reader = ReactorMqttClient.create(options -> options.server(server.uri()));
        reader.connect().block(SOON);
        var arrived = reader.subscribe("billing/out", Qos.EXACTLY_ONCE)
                .take(3)
                .collectList()
                .toFuture();
        ReactorMqttClient first = client(server.uri(), firstPool, "pod-1");
        for (int number = 1; number <= 3; number++) {
            first.enqueue(message(number)).block(SOON);
        }

        ReactorMqttClient second = client(server.uri(), secondPool, "pod-2");
        second.connect().block(SOON);

        assertThat(arrived.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join())
                .extracting(message -> message.payload().asUtf8())
                .containsExactly("1", "2", "3");
        assertThatThrownBy(() -> first.enqueue(message(4)).block(SOON)).isInstanceOf(SessionTakenOverException.class);
        assertThat(database.read("public", "SELECT owner_name FROM mqtt_session"))
                .isEqualTo(List.of("pod-2"));
        second.disconnect().block(SOON);
        reader.disconnect().block(SOON);
        assertThat(database.read("public", "SELECT count(*) FROM mqtt_entry WHERE kind = 4"))
                .containsExactly(0L);
    }
}
