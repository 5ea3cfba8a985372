package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.samples.cli.options.HelpOption;
import io.reactivemqtt.samples.cli.options.StoreOptions;
import io.reactivemqtt.samples.cli.terminal.Terminal;
import io.reactivemqtt.store.SessionSnapshot;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reactive-mqtt session import}: a text becomes Session State again. */
@Command(
        name = "import",
        sortOptions = false,
        description = {"Puts a Session that was exported, or saved by saveSession(), into a store.", ""},
        footer = {"", "The next command with this --store and --client-id resumes it."})
final class SessionImportCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("UnusedVariable") // it answers by itself
    private HelpOption help = new HelpOption();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            defaultValue = "-",
            description = "The text; -, the default, is the standard input.")
    private Path source = Path.of("-");

    @Option(names = "--replace", description = "Takes the place of a Session that is in the store already.")
    private boolean replace;

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Override
    public Integer call() throws IOException {
        String text = source.toString().equals("-")
                ? new String(Terminal.of(spec).in().readAllBytes(), StandardCharsets.UTF_8)
                : new String(Files.readAllBytes(source), StandardCharsets.UTF_8);
        SessionSnapshot.fromJson(text); // before any store is made
        if (!replace
                && Files.exists(store.file())
                && !StoredSession.read(store.file(), store.clientIdentifier()).isEmpty()) {
            throw new IOException("there is a Session of " + store.clientIdentifier() + " in " + store.file()
                    + " already: --replace takes its place");
        }
        if (!restore(text)) {
            throw new IOException("the Session Expiry Interval of this Session has passed: it is of no use any more");
        }
        return CommandLine.ExitCode.OK;
    }

    /** Returns false if it has expired, so that nothing is left of it. */
    private boolean restore(String text) {
        AtomicBoolean expired = new AtomicBoolean();
        try (SqliteSessionStore target = SqliteSessionStore.at(store.file())) {
            ReactorMqttClient client =
                    ReactorMqttClient.create(options -> options.clientIdentifier(store.clientIdentifier())
                            .cleanStart(false)
                            .sessionExpiryInterval(SessionOptions.NEVER)
                            .sessionStore(target));
            var events = client.events()
                    .ofType(ClientEvent.SessionDiscarded.class)
                    .subscribe(discarded -> expired.set(true));
            try {
                client.restoreSession(text).block();
            } finally {
                client.disconnect().block();
                events.dispose();
            }
        }
        return !expired.get();
    }
}
