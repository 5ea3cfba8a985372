package io.reactivemqtt.samples.recipes;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import io.reactivemqtt.client.Backoff;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** From MQTT into a database by R2DBC: one transaction for many messages, which are acknowledged after the commit. */
// #ingest
record Ingest(ReactorMqttClient client, ConnectionFactory database) {

    Mono<Void> run() {
        return client.consumeBatches(
                options -> options.filter("meters/{meter}/readings/{number}")
                        .upTo(200, Duration.ofMillis(200))
                        .onFailure(FailurePolicy.retry(
                                Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(30)))),
                batch -> Mono.usingWhen(
                                database.create(),
                                in -> Mono.from(in.beginTransaction())
                                        .thenMany(insert(in, batch))
                                        .then(),
                                in -> Flux.concat(in.commitTransaction(), in.close()),
                                (in, failure) -> Flux.concat(in.rollbackTransaction(), in.close()),
                                in -> Flux.concat(in.rollbackTransaction(), in.close()))
                        .subscribeOn(Schedulers.boundedElastic()));
    }

    private static Flux<Long> insert(Connection in, List<ReceivedMessage> batch) {
        return Flux.fromIterable(batch)
                .concatMap(message -> in.createStatement("MERGE INTO reading VALUES ($1, $2, $3)")
                        .bind(0, message.variable("meter"))
                        .bind(1, message.variable("number"))
                        .bind(2, message.payload().asUtf8())
                        .execute())
                .concatMap(Result::getRowsUpdated);
    }
}
// #end
