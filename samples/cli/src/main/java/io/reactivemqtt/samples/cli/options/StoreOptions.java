package io.reactivemqtt.samples.cli.options;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a Session stands, and whose. */
public final class StoreOptions {

    @Option(names = "--store", required = true, paramLabel = "FILE", description = "The file of the store.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(
            names = {"-i", "--client-id"},
            required = true,
            paramLabel = "ID",
            description = "The Client Identifier of the Session.")
    @SuppressWarnings("NullAway.Init")
    private String clientIdentifier;

    public Path file() {
        return file;
    }

    /**
     * Returns whose Session it is.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public String clientIdentifier() {
        if (clientIdentifier.isEmpty()) {
            throw new IllegalArgumentException("a stored Session has a Client Identifier: --client-id is empty");
        }
        return clientIdentifier;
    }
}
