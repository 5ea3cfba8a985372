package io.reactivemqtt.store.sqlite;

import static io.reactivemqtt.store.sqlite.Sessions.accepted;
import static io.reactivemqtt.store.sqlite.Sessions.open;
import static io.reactivemqtt.store.sqlite.Sessions.recover;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.testsupport.OtherJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes is killed while it does so, again and again. */
class KilledProcessTest {

    private static final int KILLS = 4;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    @Timeout(120)
    void whatAKilledProcessWasToldIsStoredIsThere() throws IOException, InterruptedException {
        Path file = directory.resolve("sessions.db");
        for (int kill = 1; kill <= KILLS; kill++) {
            long reported = killAfter(100 * kill, file);

            try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
                List<SessionChange> recovered = recover(open(store, "client"));
                assertThat(recovered).hasSizeGreaterThanOrEqualTo((int) reported);
                assertThat(recovered).containsExactlyElementsOf(accepted(1, recovered.size()));
            }
        }
    }

    /** Returns the highest sequence that the process reported, with what it said before it noticed its end. */
    private static long killAfter(int reports, Path file) throws IOException, InterruptedException {
        Process process = OtherJvm.running(WritingProcess.class, file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long latest = 0;
        try (BufferedReader output = process.inputReader(StandardCharsets.US_ASCII)) {
            int lines = 0;
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                latest = Long.parseLong(line);
                if (++lines == reports) {
                    process.destroyForcibly();
                }
            }
        } catch (IOException streamClosedByKill) {
            assertThat(latest).isPositive();
        }
        process.waitFor();
        assertThat(latest).isPositive();
        return latest;
    }
}
