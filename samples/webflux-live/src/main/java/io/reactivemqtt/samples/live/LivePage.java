package io.reactivemqtt.samples.live;

import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.ClientState;
import io.reactivemqtt.client.ClientStatistics;
import io.reactivemqtt.exception.UndecodablePayloadException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.spring.boot.PayloadCodecs;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a browser sees: readings as they arrive, the state of the connection, what happens to it, and numbers. */
@RestController
@RequestMapping("/api")
class LivePage {

    private static final int WAITING_READINGS = 256;
    private static final Duration EACH = Duration.ofMillis(500);

    private final ReactorMqttClient client;
    private final PayloadCodecs codecs;
    private final Readings readings;
    private final Devices devices;

    LivePage(ReactorMqttClient client, PayloadCodecs codecs, Readings readings, Devices devices) {
        this.client = client;
        this.codecs = codecs;
        this.readings = readings;
        this.devices = devices;
    }

    /** The state of the connection. */
    record State(String status, int attempt, @Nullable String cause) {
        static State of(ClientState state) {
            return new State(
                    state.status().name(),
                    state.attempt(),
                    state.cause() == null ? null : state.cause().getMessage());
        }
    }

    /** What was sent, stored, repeated and lost since the start, what waits, and what this browser has missed. */
    record Numbers(
            long sent,
            long stored,
            long repeated,
            long queued,
            long inFlight,
            long oldestMillis,
            long received,
            long reconnects,
            long dropped) {}

    @GetMapping(path = "/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<?>> live(@RequestParam(defaultValue = "+") String sensor) {
        AtomicLong dropped = new AtomicLong();
        return Flux.merge(
                arriving(sensor, dropped).map(reading -> event("reading", reading)),
                client.states().map(state -> event("state", State.of(state))),
                client.events().map(happened -> event("event", happened.toString())),
                Flux.interval(Duration.ZERO, EACH)
                        .onBackpressureDrop()
                        .concatMap(tick -> numbers(dropped.get()))
                        .map(numbers -> event("numbers", numbers)));
    }

    /** A browser that is slow misses the oldest; what it misses is stored all the same. */
    private Flux<Reading> arriving(String sensor, AtomicLong dropped) {
        return client.subscribe(options -> options.filter("sensors/" + sensor + "/reading")
                        .acknowledgement(AcknowledgementMode.WITHOUT_ME))
                .concatMap(message -> Mono.fromCallable(() -> message.decode(codecs.of(Reading.class)))
                        .onErrorComplete(UndecodablePayloadException.class))
                .onBackpressureBuffer(
                        WAITING_READINGS, missed -> dropped.incrementAndGet(), BufferOverflowStrategy.DROP_OLDEST);
    }

    private Mono<Numbers> numbers(long dropped) {
        long sent = devices.sent();
        ClientStatistics now = client.statistics();
        return readings.stored(devices.begin())
                .map(stored -> new Numbers(
                        sent,
                        stored,
                        readings.repeated(),
                        now.queuedMessages(),
                        (long) now.outgoingInFlight() + now.incomingUnacknowledged(),
                        now.oldestUnacknowledged().toMillis(),
                        now.received(),
                        now.reconnects(),
                        dropped));
    }

    private static ServerSentEvent<?> event(String name, Object data) {
        return ServerSentEvent.builder(data).event(name).build();
    }
}
