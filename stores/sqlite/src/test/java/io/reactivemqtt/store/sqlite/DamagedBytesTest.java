package io.reactivemqtt.store.sqlite;

import static io.reactivemqtt.store.sqlite.Sessions.accepted;
import static io.reactivemqtt.store.sqlite.Sessions.append;
import static io.reactivemqtt.store.sqlite.Sessions.open;
import static io.reactivemqtt.store.sqlite.Sessions.recover;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import io.reactivemqtt.store.SessionLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One byte is changed, at each of many places over the whole database and the whole log. */
@Timeout(300)
class DamagedBytesTest {

    private static final int HITS = 300;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private enum Outcome {
        UNHARMED,
        REFUSED,
        TOLD,
        TAIL_LOST,
        SILENT
    }

    private static List<SessionChange> some(int from, int to) {
        List<SessionChange> changes = new ArrayList<>(accepted(from, to));
        changes.add(new OutgoingAssigned(from, from));
        changes.add(new OutgoingAssigned(from + 1, from + 1));
        changes.add(new OutgoingReleased(from));
        changes.add(new IncomingProcessed(from));
        changes.add(new SubscriptionAdded(TopicSubscription.of("filter/" + from + "/#", Qos.AT_LEAST_ONCE), from));
        return changes;
    }

    private static void fill(SqliteSessionStore store, int appends) {
        SessionLog log = open(store, "client");
        append(log, new SequencesReserved(1_000), new ConnectionEnded(1_700_000_000_000L, 3_600));
        for (int i = 0; i < appends; i++) {
            append(log, some(10 * i + 1, 10 * i + 10));
        }
        append(open(store, "other"), some(1, 10));
    }

    /** Changes one byte of the file with {@code suffix}, as a killed process has left it, and says what comes of it. */
    private Outcome hit(Path file, String suffix, long at, int change, List<List<SessionChange>> states)
            throws IOException {
        Path damaged = directory.resolve("damaged.db");
        for (String each : new String[] {"", "-wal", "-shm"}) {
            Files.deleteIfExists(Path.of(damaged + each));
            Path from = Path.of(file + each);
            if (Files.exists(from) && !each.equals("-shm")) {
                byte[] bytes = Files.readAllBytes(from);
                if (each.equals(suffix)) {
                    bytes[(int) at] ^= (byte) change;
                }
                Files.write(Path.of(damaged + each), bytes);
            }
        }
        List<SessionChange> recovered = new ArrayList<>();
        try (SqliteSessionStore store = SqliteSessionStore.at(damaged)) {
            for (String client : List.of("client", "other")) {
                recovered.addAll(recover(open(store, client)));
            }
        } catch (StoreException told) {
            return Outcome.REFUSED;
        }
        List<SessionChange> whole = states.get(states.size() - 1);
        if (recovered.equals(whole)) {
            return Outcome.UNHARMED;
        } else if (recovered.stream().anyMatch(EntryUnreadable.class::isInstance)) {
            recovered.removeIf(EntryUnreadable.class::isInstance);
            return whole.containsAll(recovered) ? Outcome.TOLD : Outcome.SILENT;
        }
        return states.contains(recovered) ? Outcome.TAIL_LOST : Outcome.SILENT;
    }

    private Map<Outcome, List<Long>> hits(Path file, String suffix, List<List<SessionChange>> states)
            throws IOException {
        Random random = new Random(11);
        long size = Files.size(Path.of(file + suffix));
        Map<Outcome, List<Long>> outcomes = new EnumMap<>(Outcome.class);
        for (int hit = 0; hit < HITS; hit++) {
            long at = (size * hit + random.nextInt((int) Math.max(1, size / HITS * HITS))) / HITS;
            Outcome outcome = hit(file, suffix, at, 1 + random.nextInt(255), states);
            outcomes.computeIfAbsent(outcome, none -> new ArrayList<>()).add(at);
        }
        return outcomes;
    }

    private static List<SessionChange> stateOf(SqliteSessionStore store) {
        List<SessionChange> state = new ArrayList<>(recover(open(store, "client")));
        state.addAll(recover(open(store, "other")));
        return state;
    }

    @Test
    void aDamagedDatabaseDropsAndAltersNothingInSilence() throws IOException {
        Path file = directory.resolve("sessions.db");
        List<SessionChange> whole;
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            fill(store, 20);
            whole = stateOf(store);
        }

        Map<Outcome, List<Long>> outcomes = hits(file, "", List.of(whole));

        assertThat(outcomes)
                .doesNotContainKeys(Outcome.SILENT, Outcome.TAIL_LOST)
                .containsKeys(Outcome.REFUSED, Outcome.TOLD);
    }

    @Test
    void aDamagedLogDropsNothingInSilenceButItsLastTransaction() throws IOException {
        Path file = directory.resolve("sessions.db");
        List<List<SessionChange>> states = new ArrayList<>();
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            fill(store, 20);
        }
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            SessionLog other = open(store, "other");
            SessionLog client = open(store, "client");
            for (int i = 30; i < 40; i++) {
                append(client, some(10 * i + 1, 10 * i + 10));
            }
            Path killed = directory.resolve("killed.db");
            List<SessionChange> before = stateOf(client, other);
            append(client, some(901, 910));
            for (String suffix : new String[] {"", "-wal"}) {
                Files.copy(Path.of(file + suffix), Path.of(killed + suffix));
            }
            states.add(before);
            states.add(stateOf(client, other));

            Map<Outcome, List<Long>> outcomes = hits(killed, "-wal", states);

            assertThat(outcomes).doesNotContainKey(Outcome.SILENT).containsKey(Outcome.REFUSED);
            assertThat(outcomes.getOrDefault(Outcome.TAIL_LOST, List.of()))
                    .allSatisfy(at -> assertThat(at).isGreaterThan(Files.size(Path.of(killed + "-wal")) * 2 / 3));
        }
    }

    private static List<SessionChange> stateOf(SessionLog client, SessionLog other) {
        List<SessionChange> state = new ArrayList<>(recover(client));
        state.addAll(recover(other));
        return state;
    }
}
