package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.samples.cli.options.ConnectionOptions;
import io.reactivemqtt.samples.cli.options.Converters;
import io.reactivemqtt.samples.cli.options.HelpOption;
import io.reactivemqtt.samples.cli.options.MessageOptions;
import io.reactivemqtt.samples.cli.terminal.Complaint;
import io.reactivemqtt.samples.cli.terminal.ExitStatus;
import io.reactivemqtt.samples.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
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

    /** What an MQTT packet may have. */
    private static final long LARGEST_PAYLOAD = 268_435_455;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "TOPIC",
            converter = Converters.Topic.class,
            description = "The Topic Name to publish to: no wildcards.")
    private @Nullable TopicName positional;

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "TOPIC",
            converter = Converters.Topic.class,
            description = "The same as an option.")
    private @Nullable TopicName option;

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    @Mixin
    private MessageOptions options = new MessageOptions();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    private static final class Source {
        @Option(
                names = {"-m", "--message"},
                paramLabel = "TEXT",
                description = "The payload; may be empty.")
        private @Nullable String message;

        @Option(
                names = {"-n", "--null-message"},
                description = "The payload is empty.")
        private boolean empty;

        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                description = "The payload is what this file holds; - is the standard input.")
        private @Nullable Path file;

        @Option(
                names = {"-s", "--stdin-file"},
                description = "The payload is the standard input as a whole.")
        private boolean standardInput;

        @Option(
                names = {"-l", "--lines"},
                description = "Each line of the standard input is a message.")
        private boolean lines;
    }

    @Override
    public Integer call() throws IOException {
        Terminal terminal = Terminal.of(spec);
        TopicName topicName = topicName();
        requireSayable(message(topicName, Payload.EMPTY));
        Flux<ApplicationMessage> messages = payloads(terminal).map(payload -> message(topicName, payload));
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

    private TopicName topicName() {
        String ofUrl = connection.topicOfUrl();
        if ((positional != null ? 1 : 0) + (option != null ? 1 : 0) + (ofUrl != null ? 1 : 0) != 1) {
            throw new IllegalArgumentException("one topic is needed: TOPIC, --topic or that of --url");
        } else if (ofUrl != null) {
            return TopicName.of(ofUrl);
        }
        return positional == null ? Objects.requireNonNull(option) : positional;
    }

    private ApplicationMessage message(TopicName topicName, Payload payload) {
        ApplicationMessage.Builder message = options.message(topicName, payload);
        connection.apply(message);
        return message.build();
    }

    private Flux<Payload> payloads(Terminal terminal) throws IOException {
        if (source.lines) {
            return PayloadLines.of(terminal.in());
        } else if (source.message != null) {
            return Flux.just(Payload.utf8(source.message));
        } else if (source.empty) {
            return Flux.just(Payload.EMPTY);
        } else if (source.standardInput) {
            return text(terminal.in().readAllBytes());
        } else if (source.file == null) {
            throw new IllegalStateException("picocli lets nothing through without a source");
        }
        boolean standardInput = source.file.toString().equals("-");
        if (!standardInput && Files.size(source.file) > LARGEST_PAYLOAD) {
            throw new IOException(source.file + " is larger than an MQTT packet");
        }
        byte[] content = standardInput ? terminal.in().readAllBytes() : Files.readAllBytes(source.file);
        return text(content);
    }

    /** Checked before anything connects, against what the payload is declared to be. */
    private Flux<Payload> text(byte[] content) {
        Payload payload = Payload.of(content);
        options.requireAsDeclared(payload);
        return Flux.just(payload);
    }

    /** Said before anything connects, once for all messages. */
    private void requireSayable(ApplicationMessage message) {
        if (!connection.isMqtt5() && !message.properties().isEmpty()) {
            throw new IllegalArgumentException("MQTT 3.1.1 has no properties of messages");
        }
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
