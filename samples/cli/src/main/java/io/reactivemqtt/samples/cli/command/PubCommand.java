package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.samples.cli.options.ConnectionOptions;
import io.reactivemqtt.samples.cli.options.HelpOption;
import io.reactivemqtt.samples.cli.terminal.Complaint;
import io.reactivemqtt.samples.cli.terminal.ExitStatus;
import io.reactivemqtt.samples.cli.terminal.Terminal;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code reactive-mqtt pub}: publishes one message, or one for each line. */
@Command(
        name = "pub",
        sortOptions = false,
        description = {"Publishes one message, or each line of the standard input as one.", ""},
        footer = {
            "",
            "It ends when the Server has acknowledged all messages, at QoS 0 when they are on their way, and says nothing if all"
                    + " went well."
        })
public final class PubCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("UnusedVariable") // it answers by itself
    private HelpOption help = new HelpOption();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private MessageArguments arguments = new MessageArguments();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Override
    public Integer call() throws IOException {
        Terminal terminal = Terminal.of(spec);
        Flux<ApplicationMessage> messages = arguments.messages(connection, terminal);
        Outcome outcome = new Outcome();
        boolean ended = new ClientRun(terminal, connection, ReconnectPolicy.NONE, event -> {})
                .run(client -> publish(client, messages, outcome));
        if (!ended) {
            return ExitStatus.INTERRUPTED;
        }
        MqttException failure = outcome.firstFailure;
        if (failure == null) {
            return CommandLine.ExitCode.OK;
        } else if (outcome.published == 1) {
            throw failure;
        }
        throw new IOException(outcome.failed + " of " + outcome.published
                + " messages were not delivered, the first because: " + Complaint.words(failure));
    }

    private static Mono<Void> publish(ReactorMqttClient client, Flux<ApplicationMessage> messages, Outcome outcome) {
        return client.publish(messages).doOnNext(outcome::add).then();
    }

    /** Counts on the client's event loop; read when that has ended. */
    private static final class Outcome {
        private int published;
        private int failed;
        private @Nullable MqttException firstFailure;

        void add(PublishResult result) {
            published++;
            MqttException failure = result.failure();
            if (failure != null) {
                failed++;
                firstFailure = firstFailure == null ? failure : firstFailure;
            }
        }
    }
}
