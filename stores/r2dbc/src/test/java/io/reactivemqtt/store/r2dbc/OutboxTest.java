package io.reactivemqtt.store.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A message that a transaction of the application leaves for a Session is sent if that is committed, and once. */
@MqttServer(ServerKind.MOSQUITTO)
@SuppressWarnings("NullAway.Init")
class OutboxTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration NEVER = Duration.ofDays(1);

    private static TestDatabase database;

    private final RunningServer server;
    private final LinkedBlockingQueue<String> arrived = new LinkedBlockingQueue<>();
    private String schema;
    private ConnectionPool pool;
    private ReactorMqttClient reader;

    OutboxTest(RunningServer server) {
        this.server = server;
    }

    @BeforeAll
    static void startDatabase() {
        database = TestDatabase.start();
    }

    @AfterAll
    static void endDatabase() throws IOException {
        database.close();
    }

    @BeforeEach
    void start() {
        schema = database.newSchema();
        pool = database.pool(schema);
        Mono.from(R2dbcSessionStore.at(pool).check()).block(SOON); // the tables are there
        reader = ReactorMqttClient.create(options -> options.server(server.uri()));
        reader.connect().block(SOON);
        reader.subscribe(options -> options.filter("out/#").qos(Qos.EXACTLY_ONCE))
                .subscribe(message -> arrived.add(message.payload().asUtf8()));
        while (arrived.peek() == null) { // subscribed by then
            reader.publish(message("begun")).block(SOON);
        }
        arrived.clear();
    }

    @AfterEach
    void end() {
        reader.disconnect().block(SOON);
        TestDatabase.dispose(pool);
    }

    private static ApplicationMessage message(String text) {
        return ApplicationMessage.of("out/1", text, Qos.EXACTLY_ONCE);
    }

    /** Each test has a Session of its own at the Server. */
    private SessionKey key() {
        return SessionKey.of(schema);
    }

    private R2dbcSessionStore store(Duration poll) {
        return R2dbcSessionStore.builder(pool).outboxPoll(poll).build();
    }

    private ReactorMqttClient client(R2dbcSessionStore store) {
        return ReactorMqttClient.create(
                options -> options.server(server.uri()).durableSession(schema, Duration.ofDays(1), store));
    }

    private void inTransaction(Function<Connection, Publisher<?>> work) {
        Sql.inTransaction(pool, connection -> Flux.from(work.apply(connection)).then())
                .block(SOON);
    }

    private Publisher<?> put(R2dbcSessionStore store, Connection connection, int... numbers) {
        return Flux.fromStream(IntStream.of(numbers).boxed())
                .concatMap(number -> store.outbox(connection, key(), message("" + number), "order-" + number));
    }

    private List<String> arrived(int count) throws InterruptedException {
        List<String> all = new ArrayList<>();
        while (all.size() < count) {
            all.add(Objects.requireNonNull(arrived.poll(SOON.toSeconds(), TimeUnit.SECONDS), "only " + all));
        }
        return all;
    }

    private long waiting() {
        return (Long) database.read(schema, "SELECT count(*) FROM mqtt_outbox").get(0);
    }

    @Test
    void whatIsCommittedIsSentInOrderAndTheReceiptsHaveTheReferences() throws Exception {
        R2dbcSessionStore store = store(NEVER);
        ReactorMqttClient client = client(store);
        var receipts = client.receipts()
                .doOnNext(PublishReceipt::acknowledge)
                .map(PublishReceipt::reference)
                .take(3)
                .collectList()
                .toFuture();
        client.connect().block(SOON);
        inTransaction(connection -> put(store, connection, 1, 2, 3));

        assertThat(arrived(3)).containsExactly("1", "2", "3");
        assertThat(receipts.get(30, TimeUnit.SECONDS)).containsExactly("order-1", "order-2", "order-3");
        assertThat(waiting()).isZero();
        client.disconnect().block(SOON);
    }

    @Test
    void whatIsRolledBackIsNotSent() throws Exception {
        R2dbcSessionStore store = store(NEVER);
        ReactorMqttClient client = client(store);
        client.connect().block(SOON);
        assertThatThrownBy(() -> inTransaction(connection ->
                        Flux.concat(put(store, connection, 1), Mono.error(new IllegalStateException("rolled back")))))
                .isInstanceOf(IllegalStateException.class);
        inTransaction(connection -> put(store, connection, 2));
        assertThat(arrived(1)).containsExactly("2");
        client.disconnect().block(SOON);
        assertThat(arrived).isEmpty();
    }

    @Test
    void whatWasLeftBeforeThereWasAClientIsSentByTheFirst() throws Exception {
        R2dbcSessionStore store = store(NEVER);
        inTransaction(connection -> put(store, connection, 1, 2));
        ReactorMqttClient client = client(store);
        client.connect().block(SOON);
        assertThat(arrived(2)).containsExactly("1", "2");
        client.disconnect().block(SOON);
    }

    @Test
    void whatNobodyHasToldOfIsFoundByLooking() throws Exception {
        R2dbcSessionStore store = store(Duration.ofMillis(50));
        ReactorMqttClient client = client(store);
        client.connect().block(SOON);
        inTransaction(connection -> put(store, connection, 1));
        assertThat(arrived(1)).containsExactly("1");
        database.read(
                schema,
                "CREATE TABLE copy AS SELECT * FROM mqtt_outbox; CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN INSERT INTO copy VALUES (OLD.*); RETURN OLD; END $$;"
                        + " CREATE TRIGGER kept BEFORE DELETE ON mqtt_outbox FOR EACH ROW EXECUTE FUNCTION keep()");
        inTransaction(connection -> put(store, connection, 2));
        assertThat(arrived(1)).containsExactly("2");
        database.await(schema, "SELECT count(*) FROM copy", 1L);
        database.read(
                schema,
                "INSERT INTO mqtt_outbox (name_hash, namespace, client_identifier, reference, at, content)"
                        + " SELECT name_hash, namespace, client_identifier, reference, at, content FROM copy");
        assertThat(arrived(1)).containsExactly("2");
        client.disconnect().block(SOON);
    }

    @Test
    void moreThanTheQueueHoldsWaitsInTheOutbox() throws Exception {
        R2dbcSessionStore store = store(NEVER);
        ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(server.uri())
                .durableSession(schema, Duration.ofDays(1), store)
                .queue(queue -> queue.maximumMessages(10)));
        inTransaction(connection ->
                put(store, connection, IntStream.rangeClosed(1, 1_000).toArray()));
        client.connect().block(SOON);
        assertThat(arrived(1_000))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 1_000)
                        .mapToObj(Integer::toString)
                        .toList());
        client.disconnect().block(SOON);
    }

    @Test
    void whatTheServerWouldNotTakeHasAReceiptThatSaysSo() throws Exception {
        R2dbcSessionStore store = store(NEVER);
        ReactorMqttClient client = client(store);
        var receipts = client.receipts()
                .doOnNext(PublishReceipt::acknowledge)
                .take(2)
                .collectList()
                .toFuture();
        client.connect().block(SOON);
        ApplicationMessage alias = ApplicationMessage.of("$share/wrong", "1", Qos.AT_LEAST_ONCE);
        inTransaction(
                connection -> Flux.concat(store.outbox(connection, key(), alias, "wrong"), put(store, connection, 2)));
        assertThat(arrived(1)).containsExactly("2");
        assertThat(receipts.get(30, TimeUnit.SECONDS))
                .extracting(receipt -> receipt.result().outcome())
                .contains(PublishOutcome.ACKNOWLEDGED);
        client.disconnect().block(SOON);
    }

    @Test
    void anEntryThatCannotBeReadIsSetAsideAndHoldsNothingUp() throws Exception {
        R2dbcSessionStore store = store(NEVER);
        inTransaction(connection -> put(store, connection, 1, 2, 3));
        database.read(schema, "UPDATE mqtt_outbox SET content = 'rubbish' WHERE number = 2");
        ReactorMqttClient client = client(store);
        client.connect().block(SOON);
        assertThat(arrived(2)).containsExactly("1", "3");
        assertThat(database.read(schema, "SELECT count(*) FROM mqtt_set_aside WHERE kind = 5"))
                .containsExactly(1L);
        client.disconnect().block(SOON);
    }

    @Test
    void aHandlersTransactionTakesAMessageAndLeavesOne() throws Exception {
        R2dbcSessionStore store = store(NEVER);
        ReactorMqttClient client = client(store);
        client.connect().block(SOON);
        CompletableFuture<ReasonCode> granted = new CompletableFuture<>();
        var consuming = client.consume(
                        options -> options.filter("in/#")
                                .qos(Qos.EXACTLY_ONCE)
                                .onGranted(granted::complete)
                                .in(store.transaction()),
                        (message, connection) -> store.outbox(
                                connection,
                                key(),
                                message("answer to " + message.payload().asUtf8())))
                .subscribe();
        granted.get(30, TimeUnit.SECONDS);
        for (int number = 1; number <= 20; number++) {
            reader.publish(ApplicationMessage.of("in/1", "" + number, Qos.EXACTLY_ONCE))
                    .block(SOON);
        }
        assertThat(arrived(20))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 20)
                        .mapToObj(number -> "answer to " + number)
                        .toList());
        consuming.dispose();
        client.disconnect().block(SOON);
    }

    @Test
    void theTimeOfAMessageRunsInTheOutboxToo() throws Exception {
        R2dbcSessionStore store = store(NEVER);
        ApplicationMessage mayWait = message("1").withMessageExpiryInterval(Duration.ofHours(1));
        inTransaction(connection -> store.outbox(connection, key(), mayWait));
        ReactorMqttClient client = client(store);
        client.connect().block(SOON);
        assertThat(arrived(1)).containsExactly("1");
        client.disconnect().block(SOON);
    }

    @Test
    void onlyWhatASessionKeepsGoesIntoAnOutbox() {
        R2dbcSessionStore store = store(NEVER);
        ApplicationMessage once = ApplicationMessage.of("out/1", "1", Qos.AT_MOST_ONCE);
        assertThatThrownBy(() -> inTransaction(connection -> store.outbox(connection, key(), once)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("QoS 0");
    }
}
