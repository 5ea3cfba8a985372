package io.reactivemqtt.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.h2.H2ConnectionConfiguration;
import io.r2dbc.h2.H2ConnectionFactory;
import io.r2dbc.h2.H2ConnectionOption;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@MqttServer(ServerKind.LOCAL)
class IngestTest {

    private final ConnectionFactory database = new H2ConnectionFactory(H2ConnectionConfiguration.builder()
            .inMemory("ingest")
            .property(H2ConnectionOption.DB_CLOSE_DELAY, "-1")
            .build());

    @Test
    void readingsAreInTheDatabaseOnceAndAcknowledgedAfterIt(RunningServer server) {
        ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(server.uri()));
        client.connect().block();
        new Ingest(client, database).run().subscribe();

        client.publish(Flux.range(1, 3).map(IngestTest::reading)).blockLast(); // the table is not there yet
        Waiting.until(client::statistics, now -> now.handlerFailures() > 0);
        assertThat(client.statistics().incomingUnacknowledged()).isEqualTo(3);
        execute("CREATE TABLE reading (meter VARCHAR, number VARCHAR, text VARCHAR, PRIMARY KEY (meter, number))");
        client.publish(reading(3)).block(); // as after a crash between the commit and the acknowledgement

        List<String> rows = Waiting.until(this::rows, found -> found.size() == 3);
        assertThat(rows).containsExactly("1 21.1", "2 21.2", "3 21.3");
        Waiting.until(client::statistics, now -> now.incomingUnacknowledged() == 0);
        client.disconnect().block();
    }

    private static ApplicationMessage reading(int number) {
        return ApplicationMessage.of("meters/7/readings/" + number, "21." + number, Qos.AT_LEAST_ONCE);
    }

    private List<String> rows() {
        return Objects.requireNonNull(Flux.usingWhen(
                        database.create(),
                        in -> Flux.from(in.createStatement("SELECT number, text FROM reading ORDER BY number")
                                        .execute())
                                .concatMap(result -> result.map(row -> row.get(0) + " " + row.get(1))),
                        Connection::close)
                .collectList()
                .onErrorReturn(new ArrayList<>())
                .block());
    }

    private void execute(String sql) {
        Mono.usingWhen(
                        database.create(),
                        in -> Mono.from(in.createStatement(sql).execute()).then(),
                        Connection::close)
                .block();
    }
}
