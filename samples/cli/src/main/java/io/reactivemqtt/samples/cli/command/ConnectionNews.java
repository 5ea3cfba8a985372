package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.samples.cli.terminal.Complaint;
import io.reactivemqtt.samples.cli.terminal.Terminal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Says on the standard error what a person wants to know though all goes on. */
record ConnectionNews(CommandSpec spec) implements Consumer<ClientEvent> {

    @Override
    public void accept(ClientEvent event) {
        String words = words(event);
        Terminal terminal = Terminal.of(spec);
        if (words != null && !terminal.interruption().isRequested()) {
            terminal.err().println(spec.qualifiedName() + ": " + words);
        }
    }

    private static @Nullable String words(ClientEvent event) {
        if (event instanceof ClientEvent.ReconnectScheduled scheduled) {
            return scheduled.attempt() == 1 ? Complaint.words(scheduled.cause()) + "; connecting again" : null;
        } else if (event instanceof ClientEvent.SessionLost) {
            return "the Server has not kept the Session: messages may be missing";
        } else if (event instanceof ClientEvent.MessagesDropped dropped) {
            return dropped.count() + " messages were dropped, because the output is read too slowly";
        } else if (event instanceof ClientEvent.SubscriptionRestored restored
                && restored.reasonCode().isError()) {
            return "subscription to " + restored.topicFilter() + " refused: " + restored.reasonCode();
        } else if (event instanceof ClientEvent.HandlerFailed failed) {
            return "the request to " + failed.topicName() + " failed: " + Complaint.words(failed.cause());
        } else if (event instanceof ClientEvent.StoreFailed failed) {
            return Complaint.words(failed.cause());
        }
        return null;
    }
}
