package io.reactivemqtt.samples.cli;

import io.reactivemqtt.Qos;
import io.reactivemqtt.SessionEvent;
import io.reactivemqtt.Subscription;
import io.reactivemqtt.Subscription.RetainHandling;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.reactor.ReceivedMessage;
import io.reactivemqtt.reactor.ReconnectPolicy;
import io.reactivemqtt.reactor.SubscriptionOptions;
import io.reactivemqtt.reactor.SubscriptionOptions.Overflow;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** {@code reactive-mqtt sub}: prints what arrives, until it is enough. */
@Command(
        name = "sub",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {"Subscribes and prints what arrives, one message a line, until Ctrl-C or --count.", ""},
        footer = {
            "",
            "A message is acknowledged once it is printed. A lost connection is made anew, and the standard error tells so.",
            "With --store the subscription stays at the Server when this ends, and the next run goes on with it."
        })
final class SubCommand implements Callable<Integer> {

    /** So many QoS 0 messages wait for a slow reader of the output. */
    private static final int BUFFERED_MESSAGES = 100_000;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILTER",
            converter = Converters.Filter.class,
            description = "The Topic Filters to subscribe to, quoted if they have a #.")
    private List<TopicFilter> filters = List.of();

    @Option(
            names = {"-q", "--qos"},
            paramLabel = "QOS",
            converter = Converters.QosLevel.class,
            description = "The highest QoS at which messages come: 0 (default), 1 or 2.")
    private Qos qos = Qos.AT_MOST_ONCE;

    @Option(
            names = {"-c", "--count"},
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Ends after so many messages.")
    private @Nullable Integer count;

    @Option(
            names = {"-o", "--format"},
            paramLabel = "FORMAT",
            converter = Converters.Format.class,
            description =
                    "text (default): the payload; json: an object with all that the message says; hex: the payload in"
                            + " hexadecimal digits.")
    private MessageFormat format = MessageFormat.TEXT;

    @Option(
            names = {"-t", "--topics"},
            description = "Prints the Topic Name in front of text and hex.")
    private boolean withTopic;

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
        List<SubscriptionOptions> subscriptions = filters.stream()
                .map(filter -> new Subscription(filter, qos, noLocal, retainAsPublished, retainHandling))
                .map(this::options)
                .toList();
        // one thread prints, so that the client's event loop waits for no reader of the output
        Scheduler printing = Schedulers.newBoundedElastic(1, Integer.MAX_VALUE, "printing", 60, true);
        try {
            Printer printer = new Printer(Terminal.of(spec).out());
            boolean ended = new ClientRun(Terminal.of(spec), connection, ReconnectPolicy.DEFAULT, this::tell)
                    .run(client -> print(client, subscriptions, printing, printer));
            return ended ? CommandLine.ExitCode.OK : ReactiveMqttCommand.INTERRUPTED;
        } finally {
            printing.dispose();
        }
    }

    private SubscriptionOptions options(Subscription subscription) {
        if (!connection.isMqtt5() && !subscription.hasDefaultOptions()) {
            throw new IllegalArgumentException(
                    "MQTT 3.1.1 has no --no-local, --retain-as-published and --retain-handling");
        }
        return SubscriptionOptions.of(subscription)
                .withManualAcknowledgement()
                .withBuffer(BUFFERED_MESSAGES, Overflow.DROP_OLDEST);
    }

    private static Mono<Void> print(
            ReactorMqttClient client, List<SubscriptionOptions> subscriptions, Scheduler printing, Printer printer) {
        List<Flux<ReceivedMessage>> arriving =
                subscriptions.stream().map(client::subscribe).toList();
        return Flux.merge(Flux.fromIterable(arriving), arriving.size())
                .publishOn(printing)
                .doOnNext(received -> printer.print(received, client))
                .then();
    }

    /** Prints and acknowledges until it is enough. */
    private final class Printer {
        private final OutputStream out;
        private int printed;

        Printer(OutputStream out) {
            this.out = out;
        }

        void print(ReceivedMessage received, ReactorMqttClient client) {
            if (count != null && printed == count) {
                return; // not acknowledged: it is for the next run, if there is a Session to go on with
            }
            try {
                out.write(format.line(received, withTopic));
                out.flush();
            } catch (IOException failure) {
                throw new OutputException(failure);
            }
            received.acknowledge();
            printed++;
            if (count != null && printed == count) {
                client.disconnect().subscribe(); // completes the stream; cancelling it would unsubscribe
            }
        }
    }

    /** What a person wants to know though all goes on. */
    private void tell(SessionEvent event) {
        String words = words(event);
        if (words != null && !Terminal.of(spec).interruption().isRequested()) {
            Terminal.of(spec).err().println(spec.qualifiedName() + ": " + words);
        }
    }

    private static @Nullable String words(SessionEvent event) {
        if (event instanceof SessionEvent.ReconnectScheduled scheduled) {
            return scheduled.attempt() == 1 ? Complaint.words(scheduled.cause()) + "; connecting again" : null;
        } else if (event instanceof SessionEvent.SessionLost) {
            return "the Server has not kept the Session: messages may be missing";
        } else if (event instanceof SessionEvent.MessagesDropped dropped) {
            return dropped.count() + " messages were dropped, because the output is read too slowly";
        } else if (event instanceof SessionEvent.SubscriptionRestored restored
                && restored.reasonCode().isError()) {
            return "subscription to " + restored.topicFilter() + " refused: " + restored.reasonCode();
        } else if (event instanceof SessionEvent.StoreFailed failed) {
            return Complaint.words(failed.cause());
        }
        return null;
    }
}
