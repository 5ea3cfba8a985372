package io.reactivemqtt.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.r2dbc.spi.ConnectionFactory;
import io.reactivemqtt.Qos;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.r2dbc.R2dbcSessionStore;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import io.reactivemqtt.testsupport.RunningPostgreSql;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcTransactionManagerAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/** A message that a transaction of Spring leaves for a client is sent if, and only if, that is committed. */
@MqttServer(ServerKind.MOSQUITTO)
class OutboxTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final RunningServer server;

    OutboxTest(RunningServer server) {
        this.server = server;
    }

    @Configuration(proxyBeanMethods = false)
    static class Shop {
        @Bean
        R2dbcSessionStore store(ConnectionFactory connections) {
            return R2dbcSessionStore.at(connections);
        }

        @Bean
        OutboxOrders orders(DatabaseClient database, R2dbcSessionStore store) {
            return new OutboxOrders(database, store);
        }
    }

    @Test
    void theMessageIsSentIfTheTransactionIsCommittedAndNotElse() throws IOException {
        Optional<RunningPostgreSql> found = RunningPostgreSql.start();
        assumeThat(found).as("Debian's package postgresql").isPresent();
        try (RunningPostgreSql database = found.orElseThrow()) {
            Applications.with(server)
                    .withConfiguration(AutoConfigurations.of(
                            R2dbcAutoConfiguration.class,
                            R2dbcTransactionManagerAutoConfiguration.class,
                            TransactionAutoConfiguration.class))
                    .withUserConfiguration(Shop.class)
                    .withPropertyValues(
                            "spring.r2dbc.url=r2dbc:postgresql://127.0.0.1:" + database.port() + "/"
                                    + RunningPostgreSql.USER,
                            "spring.r2dbc.username=" + RunningPostgreSql.USER,
                            "reactive-mqtt.client-id=shop",
                            "reactive-mqtt.session.expiry=1h")
                    .run(context -> {
                        assertThat(context).hasNotFailed();
                        sendsWhatIsCommitted(context);
                    });
        }
    }

    private static void sendsWhatIsCommitted(ApplicationContext context) throws InterruptedException {
        DatabaseClient database = context.getBean(DatabaseClient.class);
        database.sql("CREATE TABLE placed_order (number text UNIQUE)").then().block(SOON);
        ReactorMqttClient client = context.getBean(ReactorMqttClient.class);
        LinkedBlockingQueue<String> placed = new LinkedBlockingQueue<>();
        client.subscribe(options -> options.filter("orders/placed")
                        .qos(Qos.EXACTLY_ONCE)
                        .onGranted(granted -> placed.add("granted")))
                .subscribe(message -> placed.add(message.payload().asUtf8()));
        assertThat(next(placed)).isEqualTo("granted");
        OutboxOrders orders = context.getBean(OutboxOrders.class);

        orders.place("1").block(SOON);
        assertThat(next(placed)).isEqualTo("1");

        TransactionalOperator operator = context.getBean(TransactionalOperator.class);
        assertThatThrownBy(() -> orders.place("2")
                        .then(Mono.error(new IllegalStateException("no more stock")))
                        .as(operator::transactional)
                        .block(SOON))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> orders.place("1").block(SOON))
                .as("it is there")
                .isNotNull();

        orders.place("3").as(operator::transactional).block(SOON);
        assertThat(next(placed)).isEqualTo("3");
        assertThat(placed).isEmpty();
    }

    private static String next(LinkedBlockingQueue<String> placed) throws InterruptedException {
        return Objects.requireNonNull(placed.poll(30, TimeUnit.SECONDS));
    }
}
