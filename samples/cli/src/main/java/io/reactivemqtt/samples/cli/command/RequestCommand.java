package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.exception.NoResponseException;
import io.reactivemqtt.exception.NotSentException;
import io.reactivemqtt.exception.ResponderFailedException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.samples.cli.options.ConnectionOptions;
import io.reactivemqtt.samples.cli.options.Converters;
import io.reactivemqtt.samples.cli.options.HelpOption;
import io.reactivemqtt.samples.cli.terminal.Complaint;
import io.reactivemqtt.samples.cli.terminal.ExitStatus;
import io.reactivemqtt.samples.cli.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** {@code reactive-mqtt request}: publishes a request, and prints what answers it. */
@Command(
        name = "request",
        sortOptions = false,
        description = {"Publishes a request, waits for the response and prints it.", ""},
        footer = {
            "",
            "Exit status 1 if the request could not be sent, if no response came in time, or if the responder failed; one line"
                    + " says which. At QoS 1 and 2 the Server may say at once that nobody subscribes to the topic.",
            "With --lines each line is a request, which is sent when the one before is answered."
        })
public final class RequestCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("UnusedVariable") // it answers by itself
    private HelpOption help = new HelpOption();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private MessageArguments arguments = new MessageArguments();

    @Option(
            names = {"-W", "--timeout"},
            paramLabel = "TIME",
            converter = Converters.Interval.class,
            description = "How long to wait for the response, from the connection on. Default: 5s.")
    private Duration timeout = Duration.ofSeconds(5);

    @Option(names = "--many", description = "Prints all responses that come within --timeout, not only the first.")
    private boolean many;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    /** The request has no response, for a reason that its message begins with. */
    private static final class UnansweredException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnansweredException(String message) {
            super(message);
        }
    }

    @Override
    public Integer call() throws IOException {
        Terminal terminal = Terminal.of(spec);
        if (timeout.isZero()) {
            throw new IllegalArgumentException("--timeout is longer than 0");
        }
        output.require();
        Flux<ApplicationMessage> requests = arguments.messages(connection, terminal);
        OutputStream out = terminal.out();
        // one thread prints, so that the client's event loop waits for no reader of the output
        Scheduler printing = Schedulers.newBoundedElastic(1, Integer.MAX_VALUE, "printing", 60, true);
        try {
            boolean ended = new ClientRun(terminal, connection, ReconnectPolicy.DEFAULT, new ConnectionNews(spec))
                    .run(client -> requests.concatMap(request -> responses(client, request))
                            .publishOn(printing)
                            .doOnNext(response -> output.print(response, out))
                            .then());
            return ended ? CommandLine.ExitCode.OK : ExitStatus.INTERRUPTED;
        } finally {
            printing.dispose();
        }
    }

    private Flux<ReceivedMessage> responses(ReactorMqttClient client, ApplicationMessage request) {
        TopicName topicName = request.topicName();
        Flux<ReceivedMessage> responses = many
                ? client.requestMany(request, timeout).switchIfEmpty(Flux.error(() -> tooLate(topicName)))
                : client.request(request, timeout).flux();
        return responses
                .onErrorMap(
                        NotSentException.class,
                        failure -> new UnansweredException(
                                "not sent: the request to " + topicName + " could not be sent within " + words()))
                .onErrorMap(
                        NoResponseException.class,
                        failure -> Complaint.words(failure).startsWith("nobody")
                                ? new UnansweredException("no response: " + Complaint.words(failure))
                                : tooLate(topicName))
                .onErrorMap(
                        ResponderFailedException.class,
                        failure -> new UnansweredException(
                                "responder failed: the one that answers " + topicName + " says " + failure.kind()));
    }

    private UnansweredException tooLate(TopicName topicName) {
        return new UnansweredException("no response: none to the request to " + topicName + " came within " + words());
    }

    private String words() {
        return timeout.toSeconds() + "s";
    }
}
