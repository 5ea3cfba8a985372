package io.reactivemqtt.reliability.powercut;

import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.sqlite.Durability;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import io.reactivemqtt.testkit.server.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What the store makes of a disk after a power cut.
 *
 * @param changes of each Session
 * @param failure what it refused to do; {@code null} if nothing
 */
record Recovery(
        Map<String, List<SessionChange>> changes, @Nullable String failure) {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** As large as SQLite makes its index of a short log. */
    private static final int INDEX = 32_768;

    Map<String, List<String>> words() {
        Map<String, List<String>> words = new TreeMap<>();
        changes.forEach((client, ofIt) -> words.put(client, History.words(ofIt)));
        return words;
    }

    /**
     * The real store, started over what a power cut has left.
     *
     * @param scratch where that is rebuilt
     * @param durability as before the cut
     */
    record Store(Path scratch, Durability durability) {

        /** Recovers {@code world}, and now and then once more: that must find what the first time has put in order. */
        Recovery recover(World world) throws IOException {
            Path directory = Files.createTempDirectory(scratch, "world-");
            Random random = new Random(world.fingerprint().hashCode());
            try {
                world.writeTo(directory);
                if (random.nextBoolean() && world.files().containsKey(Life.DATABASE + "-wal")) {
                    leaveAnIndex(random, directory);
                }
                Recovery first = new Recovery(recovered(directory), null);
                boolean isSame = random.nextInt(4) > 0
                        || new Recovery(recovered(directory), null).words().equals(first.words());
                return isSame ? first : new Recovery(first.changes, "another recovery finds something else");
            } catch (RuntimeException e) {
                return new Recovery(Map.of(), e.toString().replace(directory.toString(), ""));
            } finally {
                TemporaryDirectory.delete(directory);
            }
        }

        /** It is memory, but may lie on the disk in any state. */
        private static void leaveAnIndex(Random random, Path directory) throws IOException {
            byte[] garbage = new byte[INDEX];
            random.nextBytes(garbage);
            Files.write(directory.resolve(Life.DATABASE + "-shm"), garbage);
        }

        private Map<String, List<SessionChange>> recovered(Path directory) {
            Map<String, List<SessionChange>> changes = new TreeMap<>();
            try (SqliteSessionStore store = SqliteSessionStore.at(directory.resolve(Life.DATABASE), durability)) {
                for (String client : Life.clients()) {
                    SessionLog log = Objects.requireNonNull(
                            Mono.from(store.open(SessionKey.of(client))).block(PATIENCE));
                    changes.put(
                            client,
                            Objects.requireNonNull(
                                    Flux.from(log.recover()).collectList().block(PATIENCE)));
                }
                Mono.from(store.check()).block(PATIENCE);
            }
            return changes;
        }
    }
}
