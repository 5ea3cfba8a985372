package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.samples.cli.options.Converters;
import io.reactivemqtt.samples.cli.options.MessageFormat;
import io.reactivemqtt.samples.cli.terminal.OutputException;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How messages are printed. */
final class OutputOptions {

    @Option(
            names = {"-F", "--template"},
            paramLabel = "TEMPLATE",
            converter = Template.Converter.class,
            description =
                    "How a message is printed, in place of --format: %%t topic, %%p payload, %%x and %%X in hexadecimal,"
                            + " %%l its length, %%q QoS, %%r retained, %%I and %%U the time, %%j and %%J JSON, %%A %%C %%D %%E %%F"
                            + " %%P %%R %%S properties, %%%% a percent sign; \\n, \\t and the like.")
    private @Nullable Template template;

    @Option(names = "-N", description = "Prints no line end behind a message.")
    private boolean withoutLineEnd;

    @Option(
            names = {"-o", "--format"},
            paramLabel = "FORMAT",
            converter = Converters.Format.class,
            description =
                    "text (default): the payload; json: an object with all that the message says; hex: the payload in"
                            + " hexadecimal digits.")
    private @Nullable MessageFormat format;

    @Option(
            names = "--json",
            description =
                    "As --format json, with decoded payloads: one that is JSON is that value in payload, other UTF-8 text is"
                            + " a string there, and anything else is payloadBase64.")
    private boolean decoded;

    @Option(
            names = {"-v", "--topics", "--verbose"},
            description = "Prints the Topic Name in front of text and hex.")
    private boolean withTopic;

    /**
     * Checks that they go together.
     *
     * @throws IllegalArgumentException if not
     */
    void require() {
        if (template != null && (format != null || decoded || withTopic)) {
            throw new IllegalArgumentException("--template goes without --format, --json and --topics");
        } else if (format != null && decoded) {
            throw new IllegalArgumentException("--json goes without --format");
        }
    }

    /**
     * Prints {@code received}, for the reader to have at once.
     *
     * @throws OutputException if the output cannot be written
     */
    void print(ReceivedMessage received, OutputStream out) {
        byte[] line = template == null ? format().line(received, withTopic) : template.line(received);
        try {
            out.write(line, 0, withoutLineEnd ? line.length - 1 : line.length);
            out.flush();
        } catch (IOException failure) {
            throw new OutputException(failure);
        }
    }

    private MessageFormat format() {
        if (decoded) {
            return MessageFormat.DECODED_JSON;
        }
        return format == null ? MessageFormat.TEXT : format;
    }
}
