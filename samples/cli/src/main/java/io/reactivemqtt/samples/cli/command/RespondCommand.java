package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.samples.cli.options.ConnectionOptions;
import io.reactivemqtt.samples.cli.options.Converters;
import io.reactivemqtt.samples.cli.options.HelpOption;
import io.reactivemqtt.samples.cli.terminal.ExitStatus;
import io.reactivemqtt.samples.cli.terminal.Terminal;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** {@code reactive-mqtt respond}: answers requests with a text, or by a program. */
@Command(
        name = "respond",
        sortOptions = false,
        description = {"Answers each request with a text, or by a program, until Ctrl-C or --count.", ""},
        footer = {
            "",
            "A request is acknowledged when its response is published. Whoever asks a program that ends with an exit status"
                    + " other than 0, or cannot be started, is told that it failed, and the next request is answered.",
            "The standard error of a program goes to the standard error of this one. A lost connection is re-established."
        })
public final class RespondCommand implements Callable<Integer> {

    private static final int HIGHEST_CONCURRENCY = 256; // each program takes two threads

    @Mixin
    @SuppressWarnings("UnusedVariable") // it answers by itself
    private HelpOption help = new HelpOption();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private FilterArguments arguments = new FilterArguments();

    @ArgGroup(multiplicity = "1")
    private Answer answer = new Answer();

    @Option(
            names = {"-q", "--qos"},
            paramLabel = "QOS",
            converter = Converters.QosLevel.class,
            description = "The highest QoS at which requests come, and that of the responses: 0, 1 (default) or 2.")
    private Qos qos = Qos.AT_LEAST_ONCE;

    @Option(
            names = {"-C", "--count"},
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Ends after so many requests.")
    private @Nullable Integer count;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            converter = Converters.Count.class,
            description =
                    "Answers up to so many requests at once, to 256, in any order. Default: 1, in the order of arrival.")
    private int concurrency = 1;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    private static final class Answer {
        @Option(
                names = {"-m", "--message"},
                paramLabel = "TEXT",
                description = "The response; may be empty.")
        private @Nullable String message;

        @Option(
                names = "--exec",
                paramLabel = "'PROGRAM ARGS'",
                converter = ProgramLine.Converter.class,
                description =
                        "The response is what this program writes to its standard output. It gets the payload on its"
                                + " standard input, and the Topic Name in the variable MQTT_TOPIC. No shell reads the words, but"
                                + " quotes hold them together: 'sh -c \"date | tr a-z A-Z\"' starts one.")
        private @Nullable ProgramLine program;
    }

    @Override
    public Integer call() throws IOException {
        ConsumeOptions options = options(arguments.filters(connection));
        String message = answer.message;
        if (message != null) {
            Mono<Payload> text = Mono.just(Payload.utf8(message));
            return respond(options, request -> text);
        }
        try (Programs programs = new Programs(Objects.requireNonNull(answer.program), concurrency)) {
            Disposable interruption = Terminal.of(spec)
                    .interruption()
                    .requested()
                    .doOnSuccess(nothing -> programs.endAll()) // or the client would wait for them
                    .subscribe();
            try {
                return respond(options, programs::run);
            } finally {
                interruption.dispose();
            }
        }
    }

    /** Checked before anything connects. */
    private ConsumeOptions options(List<TopicFilter> filters) {
        if (concurrency > HIGHEST_CONCURRENCY) {
            throw new IllegalArgumentException("--concurrency is 1 to " + HIGHEST_CONCURRENCY + ", not " + concurrency);
        }
        ConsumeOptions.Builder options =
                ConsumeOptions.builder().qos(qos).concurrency(concurrency).onFailure(FailurePolicy.skip());
        for (TopicFilter filter : filters) {
            if (!connection.isMqtt5() && filter.toString().endsWith("#")) {
                throw new IllegalArgumentException(
                        "in MQTT 3.1.1 requests come below the topic that they are for, so there is no # in " + filter);
            }
            options.filter(filter);
        }
        return concurrency == 1
                ? options.build()
                : options.orderedBy(request -> request).build();
    }

    private Integer respond(ConsumeOptions options, Function<ReceivedMessage, Mono<Payload>> handler)
            throws IOException {
        boolean ended = new ClientRun(Terminal.of(spec), connection, ReconnectPolicy.DEFAULT, new ConnectionNews(spec))
                .run(client -> {
                    Responses responses = new Responses(client, handler);
                    return client.respond(options, responses::to);
                });
        return ended ? CommandLine.ExitCode.OK : ExitStatus.INTERRUPTED;
    }

    /** Answers until it is enough. */
    private final class Responses {
        private final ReactorMqttClient client;
        private final Function<ReceivedMessage, Mono<Payload>> handler;
        private final AtomicInteger ended = new AtomicInteger();

        /** Event loop only. */
        private int begun;

        Responses(ReactorMqttClient client, Function<ReceivedMessage, Mono<Payload>> handler) {
            this.client = client;
            this.handler = handler;
        }

        Mono<ApplicationMessage> to(ReceivedMessage request) {
            if (count != null && begun == count) {
                request.handBack(); // for the next run, or for another responder
                return Mono.empty();
            }
            begun++;
            return handler.apply(request)
                    .map(payload -> ApplicationMessage.answer()
                            .payload(payload)
                            .qos(qos)
                            .build())
                    .doFinally(how -> ended());
        }

        /** The response is on its way by now, and a disconnect waits for what is. */
        private void ended() {
            if (count != null && ended.incrementAndGet() == count) {
                client.disconnect().subscribe();
            }
        }
    }
}
