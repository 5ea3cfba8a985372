package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.samples.cli.options.ConnectionOptions;
import io.reactivemqtt.samples.cli.options.Converters;
import io.reactivemqtt.samples.cli.options.MessageOptions;
import io.reactivemqtt.samples.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Flux;

/** What a command publishes: where, with what payload, and all that the message says beside it. */
final class MessageArguments {

    /** What an MQTT packet may have. */
    static final int LARGEST_PAYLOAD = 268_435_455;

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

    /**
     * Returns the messages, in order, for one subscriber; checked before anything connects.
     *
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException if the options do not go together
     */
    Flux<ApplicationMessage> messages(ConnectionOptions connection, Terminal terminal) throws IOException {
        TopicName topicName = topicName(connection);
        ApplicationMessage first = message(topicName, Payload.EMPTY, connection); // which checks -D
        if (!connection.isMqtt5() && !first.properties().isEmpty()) {
            throw new IllegalArgumentException("MQTT 3.1.1 has no properties of messages");
        }
        return payloads(terminal).map(payload -> message(topicName, payload, connection));
    }

    private TopicName topicName(ConnectionOptions connection) {
        String ofUrl = connection.topicOfUrl();
        if ((positional != null ? 1 : 0) + (option != null ? 1 : 0) + (ofUrl != null ? 1 : 0) != 1) {
            throw new IllegalArgumentException("one topic is needed: TOPIC, --topic or that of --url");
        } else if (ofUrl != null) {
            return TopicName.of(ofUrl);
        }
        return positional == null ? Objects.requireNonNull(option) : positional;
    }

    private ApplicationMessage message(TopicName topicName, Payload payload, ConnectionOptions connection) {
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
}
