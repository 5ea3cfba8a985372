package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.client.SubscribeOptions.Overflow;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.samples.cli.options.ConnectionOptions;
import io.reactivemqtt.samples.cli.options.Converters;
import io.reactivemqtt.samples.cli.options.HelpOption;
import io.reactivemqtt.samples.cli.terminal.ExitStatus;
import io.reactivemqtt.samples.cli.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** {@code reactive-mqtt sub}: prints what arrives, until it is enough. */
@Command(
        name = "sub",
        sortOptions = false,
        description = {"Subscribes and prints what arrives, one message a line, until Ctrl-C or --count.", ""},
        footer = {
            "",
            "A message is acknowledged once it is printed. A lost connection is re-established, which the standard error reports.",
            "With --store the subscription stays at the Server when this ends, and the next run resumes it."
        })
public final class SubCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("UnusedVariable") // it answers by itself
    private HelpOption help = new HelpOption();

    /** So many QoS 0 messages wait for a slow reader of the output. */
    private static final int BUFFERED_MESSAGES = 100_000;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private FilterArguments arguments = new FilterArguments();

    @Option(
            names = {"-T", "--filter-out"},
            paramLabel = "FILTER",
            converter = Converters.Filter.class,
            description = "Does not print messages that match this; can be given more than once.")
    private List<TopicFilter> filteredOut = List.of();

    @Option(
            names = {"-R", "--no-retained"},
            description = "Does not print messages that the Server had retained.")
    private boolean withoutRetained;

    @Option(
            names = {"-q", "--qos"},
            paramLabel = "QOS",
            converter = Converters.QosLevel.class,
            description = "The highest QoS at which messages come: 0 (default), 1 or 2.")
    private Qos qos = Qos.AT_MOST_ONCE;

    @Option(
            names = {"-C", "--count"},
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Ends after so many messages.")
    private @Nullable Integer count;

    @Option(
            names = {"-W", "--wait"},
            paramLabel = "TIME",
            converter = Converters.Interval.class,
            description = "Ends after this time, with exit status 27.")
    private @Nullable Duration patience;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(names = "--no-local", description = "Keeps away what this client itself published.")
    private boolean noLocal;

    @Option(
            names = "--retain-as-published",
            description = "Messages keep the retain flag that they were published with.")
    private boolean retainAsPublished;

    @Option(
            names = "--retain-handling",
            paramLabel = "WHEN",
            converter = Converters.Retained.class,
            description = "When retained messages come: send (default), send-if-new or do-not-send.")
    private RetainHandling retainHandling = RetainHandling.SEND;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Override
    public Integer call() throws IOException {
        SubscribeOptions subscription = options(arguments.filters(connection));
        output.require();
        // one thread prints, so that the client's event loop waits for no reader of the output
        Scheduler printing = Schedulers.newBoundedElastic(1, Integer.MAX_VALUE, "printing", 60, true);
        try {
            Printer printer = new Printer(Terminal.of(spec).out());
            boolean ended = new ClientRun(
                            Terminal.of(spec), connection, ReconnectPolicy.DEFAULT, new ConnectionNews(spec))
                    .run(client -> print(client, subscription, printing, printer));
            if (printer.timedOut) {
                Terminal.of(spec).err().println(spec.qualifiedName() + ": it took longer than --wait");
                return ExitStatus.TIMED_OUT;
            }
            return ended ? CommandLine.ExitCode.OK : ExitStatus.INTERRUPTED;
        } finally {
            printing.dispose();
        }
    }

    private SubscribeOptions options(List<TopicFilter> filters) {
        SubscribeOptions.Builder builder = SubscribeOptions.builder()
                .qos(qos)
                .noLocal(noLocal)
                .retainAsPublished(retainAsPublished)
                .retainHandling(retainHandling)
                .acknowledgement(AcknowledgementMode.BY_HAND)
                .buffer(BUFFERED_MESSAGES, Overflow.DROP_OLDEST);
        filters.forEach(builder::filter);
        SubscribeOptions options = builder.build();
        if (!connection.isMqtt5() && !options.subscriptions().get(0).hasDefaultOptions()) {
            throw new IllegalArgumentException(
                    "MQTT 3.1.1 has no --no-local, --retain-as-published and --retain-handling");
        }
        return options;
    }

    private Mono<Void> print(
            ReactorMqttClient client, SubscribeOptions subscription, Scheduler printing, Printer printer) {
        Mono<Void> printed = client.subscribe(subscription)
                .publishOn(printing)
                .doOnNext(received -> printer.print(received, client))
                .then();
        Duration time = patience;
        return time == null
                ? printed
                : Mono.using(
                        () -> Mono.delay(time, printing).subscribe(late -> printer.timeOut(client)),
                        timer -> printed,
                        Disposable::dispose);
    }

    /** Prints and acknowledges until it is enough. */
    private final class Printer {
        private final OutputStream out;
        private int printed;
        private volatile boolean timedOut;

        Printer(OutputStream out) {
            this.out = out;
        }

        void print(ReceivedMessage received, ReactorMqttClient client) {
            if (count != null && printed == count) {
                return; // not acknowledged: it is for the next run, if there is a Session to go on with
            }
            if (isWanted(received)) {
                output.print(received, out);
                printed++;
            }
            received.acknowledge();
            if (count != null && printed == count) {
                client.disconnect().subscribe(); // completes the stream; cancelling it would unsubscribe
            }
        }

        void timeOut(ReactorMqttClient client) {
            if (count == null || printed < count) {
                timedOut = true;
                client.disconnect().subscribe();
            }
        }
    }

    private boolean isWanted(ReceivedMessage received) {
        return !(withoutRetained && received.message().retain())
                && filteredOut.stream().noneMatch(filter -> filter.matches(received.topicName()));
    }
}
