package io.reactivemqtt.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLeases;
import io.reactivemqtt.testkit.store.SessionLeasesContract;
import io.reactivemqtt.testsupport.OtherJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** One of several processes holds the lease of a Session, as long as it lives. */
class FileLeasesTest implements SessionLeasesContract {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final SessionKey KEY = SessionKey.of("billing");

    private final List<AutoCloseable> made = new ArrayList<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable one : made) {
            one.close();
        }
    }

    private Path file() {
        return directory.resolve("of").resolve("all").resolve("sessions.db");
    }

    @Override
    public SessionLeases newLeases() {
        SqliteSessionStore store = SqliteSessionStore.at(file());
        SessionLeases leases = store.leases();
        made.add(0, store);
        made.add(0, leases);
        return leases;
    }

    /** Claims the lease in a process of its own, says whether it has it, and keeps it until its input ends. */
    static final class Claimer {
        public static void main(String[] arguments) throws IOException {
            SessionLeases leases = SqliteSessionStore.at(Path.of(arguments[0])).leases();
            System.out.println(Mono.from(leases.claim(KEY)).block(SOON));
            while (System.in.read() >= 0) {
                // nothing is told
            }
        }
    }

    /** Starts another process, which says whether it has the lease. */
    private Process claimer(String said) throws IOException {
        Process claimer = OtherJvm.running(Claimer.class, file().toString()).start();
        made.add(claimer::destroyForcibly);
        assertThat(claimer.inputReader().readLine()).isEqualTo(said);
        return claimer;
    }

    @Test
    void theLeaseOfAProcessThatIsKilledIsFreeAtOnce() throws Exception {
        Process holder = claimer("true");
        SessionLeases leases = newLeases();
        assertThat(Mono.from(leases.claim(KEY)).block(SOON)).isFalse();
        var standingBy = Mono.from(leases.standBy(KEY)).toFuture();
        assertThat(standingBy).isNotDone();

        holder.destroyForcibly();

        standingBy.get(30, TimeUnit.SECONDS);
        assertThat(leases.held()).containsExactly(KEY);
    }

    @Test
    void closingOneStoreOfAProcessTakesNothingFromAnother() throws Exception {
        SessionLeases one = newLeases();
        assertThat(Mono.from(one.claim(KEY)).block(SOON)).isTrue();
        SessionLeases other = newLeases();
        assertThat(Mono.from(other.claim(KEY)).block(SOON)).isFalse();
        other.close();

        claimer("false");
    }

    @Test
    void itsFileIsThisUsersAlone() throws IOException {
        assertThat(Mono.from(newLeases().claim(KEY)).block(SOON)).isTrue();

        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(file().resolveSibling("sessions.db-leases"))))
                .isEqualTo("rw-------");
        assertThat(file()).as("which the store makes").doesNotExist();
    }

    @Test
    void whereNoFileCanBeMadeAnErrorSaysSo() throws IOException {
        Files.createFile(directory.resolve("of"));

        assertThatThrownBy(() -> Mono.from(newLeases().claim(KEY)).block(SOON))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("Choose a directory that this user may write");
    }

    @Test
    void aLinkToTheFileHasTheLeasesOfTheFile() throws IOException {
        Files.createDirectories(file().getParent());
        Path link = Files.createSymbolicLink(directory.resolve("link.db"), file());
        SqliteSessionStore store = SqliteSessionStore.at(link);
        SessionLeases linked = store.leases();
        made.add(0, store);
        made.add(0, linked);

        assertThat(Mono.from(linked.claim(KEY)).block(SOON)).isTrue();

        assertThat(Mono.from(newLeases().claim(KEY)).block(SOON)).isFalse();
    }

    @Test
    void whatWasAskedIsAnsweredThoughTheLeasesAreClosed() {
        SessionLeases one = newLeases();
        assertThat(Mono.from(one.claim(KEY)).block(SOON)).isTrue();
        SessionLeases other = newLeases();
        for (int time = 0; time < 1_000; time++) { // so that some are not done before the end
            Mono.from(other.claim(KEY)).subscribe();
        }
        Mono<Void> released = Mono.from(other.release(KEY)).cache();
        Mono<Boolean> claimed = Mono.from(other.claim(KEY)).cache();
        Mono<Void> standingBy = Mono.from(other.standBy(KEY)).cache();
        released.subscribe();
        claimed.subscribe();
        standingBy.subscribe(nothing -> {}, ended -> {});

        other.close();

        released.block(SOON);
        assertThat(claimed.block(SOON)).isFalse();
        assertThatThrownBy(() -> standingBy.block(SOON)).isInstanceOf(StoreException.class);
    }
}
