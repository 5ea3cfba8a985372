package io.reactivemqtt.samples.live;

import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.exception.UndecodablePayloadException;
import io.reactivemqtt.spring.boot.MqttConsumer;
import io.reactivemqtt.spring.boot.PayloadCodecs;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Stores readings, a batch in a transaction; the Server hears of it after the commit. What comes again changes nothing. */
@Configuration(proxyBeanMethods = false)
class Readings {

    private static final Logger LOG = LoggerFactory.getLogger(Readings.class);
    private static final String INSERT =
            "INSERT INTO reading (sensor, number, celsius) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";

    private final DatabaseClient database;
    private final TransactionalOperator transaction;
    private final PayloadCodecs codecs;
    private final AtomicLong repeated = new AtomicLong();

    Readings(DatabaseClient database, TransactionalOperator transaction, PayloadCodecs codecs) {
        this.database = database;
        this.transaction = transaction;
        this.codecs = codecs;
    }

    @Bean
    MqttConsumer ingest() {
        return MqttConsumer.ofBatches("sensors/+/reading", this::store)
                .options(options -> options.upTo(250, Duration.ofMillis(200)));
    }

    private Mono<Void> store(List<ReceivedMessage> messages) {
        List<Reading> readings = messages.stream().flatMap(this::reading).toList();
        if (readings.isEmpty()) {
            return Mono.empty();
        }
        return database.inConnection(connection -> inserted(readings, connection.createStatement(INSERT)))
                .as(transaction::transactional)
                .doOnNext(rows -> repeated.addAndGet(readings.size() - rows))
                .then();
    }

    /** What strangers publish need not be a reading; it must not hold the others of its batch up. */
    private Stream<Reading> reading(ReceivedMessage message) {
        try {
            return Stream.of(message.decode(codecs.of(Reading.class)));
        } catch (UndecodablePayloadException noReading) {
            LOG.warn("no reading: {}", noReading.getMessage());
            return Stream.empty();
        }
    }

    private static Mono<Long> inserted(List<Reading> readings, Statement insert) {
        for (int i = 0; i < readings.size(); i++) {
            Reading reading = readings.get(i);
            insert.bind(0, reading.sensor()).bind(1, reading.number()).bind(2, reading.celsius());
            if (i < readings.size() - 1) {
                insert.add();
            }
        }
        return Flux.from(insert.execute()).concatMap(Result::getRowsUpdated).reduce(0L, Long::sum);
    }

    /** Returns how many were there already when they were to be stored. */
    long repeated() {
        return repeated.get();
    }

    /** Returns how many of the sensors of this process are stored, with a number beyond {@code begin}. */
    Mono<Long> stored(long begin) {
        return database.sql("SELECT COUNT(*) FROM reading WHERE sensor IN ('s1', 's2', 's3', 's4') AND number > $1")
                .bind(0, begin)
                .map(row -> row.get(0, Long.class))
                .one();
    }
}
