package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.samples.cli.options.HelpOption;
import io.reactivemqtt.samples.cli.options.StoreOptions;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import io.reactivemqtt.store.SessionChange.ReceiptWanted;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code reactive-mqtt session inspect}: what stands in a Session, without any payload. */
@Command(
        name = "inspect",
        sortOptions = false,
        description = {"Shows a Session: its messages without their payloads, and its subscriptions.", ""},
        footer = {"", "It only looks, so a client that is at work with the store is not disturbed."})
final class SessionInspectCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("UnusedVariable") // it answers by itself
    private HelpOption help = new HelpOption();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private StoreOptions store = new StoreOptions();

    /** An outgoing message as far as its changes tell. */
    private static final class Outgoing {
        private final OutgoingAccepted accepted;
        private @Nullable Integer packetIdentifier;
        private boolean released;

        Outgoing(OutgoingAccepted accepted) {
            this.accepted = accepted;
        }

        private String stage() {
            if (packetIdentifier == null) {
                return "waits to be sent";
            }
            String awaited = released ? "PUBCOMP" : accepted.message().qos().level() == 1 ? "PUBACK" : "PUBREC";
            return "Packet Identifier " + packetIdentifier + ", awaits " + awaited;
        }
    }

    @Override
    public Integer call() throws IOException {
        StoredSession session =
                StoredSession.read(store.file(), store.clientIdentifier()).orFail(store.file());
        PrintWriter out = spec.commandLine().getOut();
        print(out, "session", store.clientIdentifier());
        Report report = new Report(out);
        session.state().changes().forEach(change -> change.handle(report));
        report.outgoing.values().forEach(message -> print(out, "outgoing", words(message)));
        session.unreadable().forEach(description -> print(out, "unreadable", description));
        return CommandLine.ExitCode.OK;
    }

    /** Prints what is whole in one change, and collects outgoing messages, which are not; each method returns this. */
    private static final class Report implements SessionChange.RecoveryHandler<Report> {
        private final PrintWriter out;
        private final Map<Long, Outgoing> outgoing = new LinkedHashMap<>();

        Report(PrintWriter out) {
            this.out = out;
        }

        private Report line(String what, String words) {
            print(out, what, words);
            return this;
        }

        @Override
        public Report sequencesReserved(SequencesReserved change) {
            return this;
        }

        @Override
        public Report connectionBegun(ConnectionBegun change) {
            return line("server", "the connection has not ended gracefully; Session Present will tell");
        }

        @Override
        public Report connectionEnded(ConnectionEnded change) {
            return line("server", expiry(change));
        }

        @Override
        public Report subscriptionAdded(SubscriptionAdded change) {
            return line("subscribed", words(change.subscription()));
        }

        @Override
        public Report incomingProcessed(IncomingProcessed change) {
            return line("incoming", "QoS 2  Packet Identifier " + change.packetIdentifier() + ", awaits PUBREL");
        }

        @Override
        public Report receiptWanted(ReceiptWanted change) {
            return this; // the message is there
        }

        @Override
        public Report receiptKept(ReceiptKept change) {
            return line(
                    "receipt",
                    "of message " + change.sequence() + " to "
                            + change.message().topicName() + ", " + change.outcome()
                            + ", not acknowledged by the application");
        }

        @Override
        public Report outgoingAccepted(OutgoingAccepted change) {
            outgoing.put(change.sequence(), new Outgoing(change));
            return this;
        }

        @Override
        public Report outgoingAssigned(OutgoingAssigned change) {
            return change(change.sequence(), message -> message.packetIdentifier = change.packetIdentifier());
        }

        @Override
        public Report outgoingReleased(OutgoingReleased change) {
            return change(change.sequence(), message -> message.released = true);
        }

        private Report change(long sequence, Consumer<Outgoing> how) {
            Outgoing message = outgoing.get(sequence);
            if (message != null) { // it could be read
                how.accept(message);
            }
            return this;
        }

        @Override
        public Report entryUnreadable(EntryUnreadable change) {
            return line("unreadable", change.description());
        }
    }

    private static String expiry(ConnectionEnded ended) {
        Instant end = Instant.ofEpochMilli(ended.atMillis());
        String words = "the connection ended at " + end.truncatedTo(ChronoUnit.SECONDS);
        if (ended.sessionExpiryIntervalSeconds() == SessionChange.NEVER_EXPIRES) {
            return words + "; the Session never expires";
        }
        Instant expiry = end.plusSeconds(ended.sessionExpiryIntervalSeconds());
        return words + "; the Session " + (expiry.isAfter(Instant.now()) ? "expires" : "has expired") + " at "
                + expiry.truncatedTo(ChronoUnit.SECONDS);
    }

    private static String words(TopicSubscription subscription) {
        return "QoS " + subscription.qos().level() + "  " + subscription.topicFilter()
                + (subscription.noLocal() ? "  no local" : "")
                + (subscription.retainAsPublished() ? "  retain as published" : "");
    }

    private static String words(Outgoing outgoing) {
        ApplicationMessage message = outgoing.accepted.message();
        Duration age = Duration.between(Instant.ofEpochMilli(outgoing.accepted.acceptedAtMillis()), Instant.now());
        return "QoS " + message.qos().level() + "  " + message.topicName() + "  "
                + (outgoing.released ? "" : message.payload() + ", ") + "accepted " + Math.max(0, age.toSeconds())
                + " s ago, " + outgoing.stage();
    }

    private static void print(PrintWriter out, String what, String words) {
        out.printf("%-11s %s%n", what, words);
    }
}
