package io.reactivemqtt.samples.live;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.spring.boot.PayloadCodecs;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sensors in this process, with a client of their own: they measure, and say who they are when they are asked. */
@Component
class Devices implements SmartLifecycle {

    private static final int SENSORS = 4;

    private final Network network;
    private final PayloadCodecs codecs;
    private final Duration interval;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong started = new AtomicLong(System.currentTimeMillis());
    private volatile Disposable work = Disposables.disposed();

    Devices(Network network, PayloadCodecs codecs, @Value("${live.interval:250ms}") Duration interval) {
        this.network = network;
        this.codecs = codecs;
        this.interval = interval;
    }

    /** Returns how many readings the Server has accepted since the start of this process. */
    long sent() {
        return sent.get();
    }

    /** Returns the number before that of the first reading of this process. */
    long begin() {
        return started.get();
    }

    @Override
    public void start() {
        started.set(System.currentTimeMillis()); // so that numbers grow over restarts
        ReactorMqttClient client = ReactorMqttClient.create(
                options -> options.server(network.server()).reconnect(policy -> policy.retryFirst(true)));
        work = Disposables.composite(
                client.connect().subscribe(connected -> {}, failure -> {}),
                client.publish(readings()).filter(PublishResult::isSuccess).subscribe(result -> sent.incrementAndGet()),
                client.respond(
                                options -> options.filter("devices/{id}/identify"),
                                request -> Mono.just(ApplicationMessage.answer()
                                        .payload(Payload.utf8("sensor " + request.variable("id") + ", calibrated"))
                                        .build()))
                        .subscribe(nothing -> {}, failure -> {}),
                () -> client.disconnect().subscribe());
    }

    private Flux<ApplicationMessage> readings() {
        double[] celsius =
                IntStream.range(0, SENSORS).mapToDouble(i -> 18 + 2 * i).toArray();
        return Flux.interval(interval).onBackpressureDrop().concatMapIterable(tick -> IntStream.range(0, SENSORS)
                .mapToObj(i -> {
                    celsius[i] += ThreadLocalRandom.current().nextDouble(-0.3, 0.3);
                    return reading(new Reading("s" + (i + 1), started.get() + tick + 1, celsius[i]));
                })
                .toList());
    }

    private ApplicationMessage reading(Reading reading) {
        return codecs.of(Reading.class)
                .message("sensors/" + reading.sensor() + "/reading", reading)
                .qos(Qos.AT_LEAST_ONCE)
                .build();
    }

    @Override
    public void stop() {
        work.dispose();
    }

    @Override
    public boolean isRunning() {
        return !work.isDisposed();
    }

    @Override
    public int getPhase() {
        return DEFAULT_PHASE; // after the consumers, so that none of their readings is missed
    }
}
