package io.reactivemqtt.store.r2dbc;

import io.r2dbc.pool.ConnectionPool;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.SessionKey;
import java.net.URI;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** Takes payments: each is a row of the database and a message that says so. Runs until it is killed. */
final class PaymentsProcess {

    static final SessionKey SESSION = SessionKey.of("payments");

    private PaymentsProcess() {}

    /** Takes the URI of the Server, the port of the database, and the schema. */
    public static void main(String[] arguments) {
        ConnectionPool pool =
                MovingSessionTest.pool(TestDatabase.configuration(Integer.parseInt(arguments[1]), arguments[2]));
        R2dbcSessionStore store = R2dbcSessionStore.at(pool);
        ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(URI.create(arguments[0]))
                .durableSession(SESSION.clientIdentifier(), Duration.ofDays(1), store));
        client.receipts().subscribe(receipt -> receipt.acknowledge());
        payments(client, store).subscribe();
        client.connect().block();
        Mono.never().block();
    }

    // #exactlyOnce
    static Mono<Void> payments(ReactorMqttClient client, R2dbcSessionStore store) {
        return client.consume(
                options -> options.filter("payments/+")
                        .qos(Qos.EXACTLY_ONCE)
                        .concurrency(4)
                        .in(store.transaction()),
                (message, connection) -> Mono.from(connection
                                .createStatement("INSERT INTO payment (number) VALUES ($1)")
                                .bind("$1", message.payload().asUtf8())
                                .execute())
                        .flatMap(result -> Mono.from(result.getRowsUpdated()))
                        .then(Mono.from(store.outbox(
                                connection, SESSION, booked(message.payload().asUtf8())))));
    }
    // #end

    private static ApplicationMessage booked(String number) {
        return ApplicationMessage.of("booked/" + number, number, Qos.EXACTLY_ONCE);
    }
}
