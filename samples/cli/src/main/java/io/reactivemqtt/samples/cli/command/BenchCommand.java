package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.samples.cli.options.ConnectionOptions;
import io.reactivemqtt.samples.cli.options.Converters;
import io.reactivemqtt.samples.cli.options.HelpOption;
import io.reactivemqtt.samples.cli.terminal.ExitStatus;
import io.reactivemqtt.samples.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** {@code reactive-mqtt bench}: messages through a Server and back, and how long that takes. */
@Command(
        name = "bench",
        sortOptions = false,
        description = {
            "Publishes messages as fast as the Server takes them, receives them again over the same connection, and says how"
                    + " long that took.",
            ""
        },
        footer = {
            "",
            "It measures the Server and the machine as much as this client. Exit status 1 if a message did not come back,"
                    + " which at QoS 0 may happen."
        })
public final class BenchCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("UnusedVariable") // it answers by itself
    private HelpOption help = new HelpOption();

    /** So long nothing comes back before the rest counts as lost. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration PROGRESS = Duration.ofMillis(500);

    /** Each payload begins with the moment at which it was made. */
    private static final int SMALLEST = Long.BYTES;

    private static final int LARGEST = 1_000_000; // below the client's Maximum Packet Size

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "How many messages. Default: 10000.")
    private int count = 10_000;

    @Option(
            names = {"-q", "--qos"},
            paramLabel = "QOS",
            converter = Converters.QosLevel.class,
            description = "The QoS both ways: 0, 1 (default) or 2.")
    private Qos qos = Qos.AT_LEAST_ONCE;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            converter = Converters.Count.class,
            description = "The size of each payload: " + SMALLEST + " to " + LARGEST + ". Default: 100.")
    private int size = 100;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            converter = Converters.Topic.class,
            description = "The Topic Name. Default: a random one below bench/.")
    private TopicName topicName =
            TopicName.of("bench/" + UUID.randomUUID().toString().substring(0, 8));

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Override
    public Integer call() throws IOException {
        if (size < SMALLEST || size > LARGEST) {
            throw new IllegalArgumentException("--size is " + SMALLEST + " to " + LARGEST + " bytes, not " + size);
        }
        Terminal terminal = Terminal.of(spec);
        Measurement measurement = new Measurement(count);
        boolean ended;
        Disposable progress = terminal.interactive() ? showProgress(measurement, terminal) : () -> {};
        try {
            ended = new ClientRun(terminal, connection, ReconnectPolicy.NONE, event -> {})
                    .run(client -> measure(client, measurement));
        } finally {
            progress.dispose();
            if (terminal.interactive()) {
                terminal.err().print("\r\033[K"); // the summary follows where the progress stood
                terminal.err().flush();
            }
        }
        if (!ended) {
            return ExitStatus.INTERRUPTED;
        }
        measurement.summary(qos, size).forEach(spec.commandLine().getOut()::println);
        return measurement.isComplete() ? CommandLine.ExitCode.OK : ExitStatus.FAILURE;
    }

    /** The first message leaves when the subscription is made. */
    private Mono<Void> measure(ReactorMqttClient client, Measurement measurement) {
        Sinks.One<ReasonCode> subscribed = Sinks.one();
        Mono<Void> receiving = client.subscribe(options -> options.filter(topicName.toString())
                        .qos(qos)
                        .buffer(count, SubscribeOptions.Overflow.DROP_OLDEST)
                        .onGranted(subscribed::tryEmitValue))
                .filter(received -> received.payload().size() == size) // others may use the topic, too
                .doOnNext(received ->
                        measurement.received(received.payload().asByteBuffer().getLong()))
                .takeUntil(received -> measurement.isComplete())
                .timeout(PATIENCE)
                .onErrorComplete(TimeoutException.class)
                .then();
        Flux<ApplicationMessage> messages = Flux.range(0, count).map(number -> message());
        Mono<Void> publishing = subscribed
                .asMono()
                .doOnNext(granted -> measurement.begin())
                .thenMany(client.publish(messages))
                .doOnNext(BenchCommand::requireDelivered)
                .doOnNext(result -> measurement.sent())
                .then();
        return Mono.when(receiving, publishing);
    }

    private ApplicationMessage message() {
        ByteBuffer payload = ByteBuffer.allocate(size).putLong(System.nanoTime());
        return ApplicationMessage.of(topicName, Payload.of(payload.rewind()), qos);
    }

    private static void requireDelivered(PublishResult result) {
        MqttException failure = result.failure();
        if (failure != null) {
            throw failure;
        }
    }

    private static Disposable showProgress(Measurement measurement, Terminal terminal) {
        return Flux.interval(PROGRESS).subscribe(tick -> {
            terminal.err().print("\r\033[K" + measurement.progress());
            terminal.err().flush();
        });
    }
}
