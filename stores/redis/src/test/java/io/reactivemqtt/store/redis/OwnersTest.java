package io.reactivemqtt.store.redis;

import static io.reactivemqtt.store.redis.Sessions.SOON;
import static io.reactivemqtt.store.redis.Sessions.append;
import static io.reactivemqtt.store.redis.Sessions.numbers;
import static io.reactivemqtt.store.redis.Sessions.open;
import static io.reactivemqtt.store.redis.Sessions.openAgain;
import static io.reactivemqtt.store.redis.Sessions.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.common.Effects;
import io.reactivemqtt.testsupport.OtherJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Owners of a Session that are killed, or stopped and go on; and a Redis that is. */
@SuppressWarnings("NullAway.Init")
@Tag("once")
class OwnersTest {

    private static final long ENOUGH = 50;

    private TestRedis redis;
    private RedisClient client;
    private RedisSessionStore store;

    @BeforeEach
    void start() {
        redis = TestRedis.start();
        client = TestRedis.newClient();
        store = RedisSessionStore.at(client, redis.uri());
    }

    @AfterEach
    void end() throws IOException {
        TestRedis.shutDown(client);
        redis.close();
    }

    private Process startOwner() throws IOException {
        return OtherJvm.running(OwnerProcess.class, "" + redis.server().port())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Returns the highest number that the owner says, as far as it has said any by now, but enough of them. */
    private static long latest(BufferedReader said) throws IOException {
        long latest = 0;
        while (latest < ENOUGH || said.ready()) {
            latest = Long.parseLong(Objects.requireNonNull(said.readLine()));
        }
        return latest;
    }

    @Test
    void whatAKilledOwnerHasStoredIsThere() throws Exception {
        Process owner = startOwner();
        try (BufferedReader said = owner.inputReader()) {
            long told = latest(said);
            OtherJvm.signal(owner.pid(), "KILL");
            long stored = said.lines().mapToLong(Long::parseLong).reduce(told, Math::max);
            assertThat(waiting(open(store, "owner")))
                    .containsAll(numbers(1, stored))
                    .hasSizeLessThanOrEqualTo((int) stored + 1);
        }
    }

    @Test
    void whoOpensItAgainGoesOnAndDoesNotTakeItBackFromAnother() {
        SessionLog first = open(store, "owner");
        append(first, OwnerProcess.accepted(1));
        Mono.from(first.close()).block();
        SessionLog again = reopen(reopen(first));
        append(again, OwnerProcess.accepted(2));

        SessionLog other = open(store, "owner");
        assertThatThrownBy(() -> reopen(again)).isInstanceOf(SessionTakenOverException.class);
        append(other, OwnerProcess.accepted(3));
        assertThat(waiting(other)).containsExactly(1L, 2L, 3L);
    }

    private SessionLog reopen(SessionLog earlier) {
        return Objects.requireNonNull(
                Mono.from(store.reopen(SessionKey.of("owner"), earlier)).block());
    }

    @Test
    void anOwnerThatWasStoppedAndGoesOnChangesNothingAnyMore() throws Exception {
        Process owner = startOwner();
        try (BufferedReader said = owner.inputReader()) {
            latest(said);
            OtherJvm.signal(owner.pid(), "STOP");
            SessionLog mine = open(store, "owner");
            List<Long> found = waiting(mine);
            append(mine, OwnerProcess.accepted(1_000_000));

            OtherJvm.signal(owner.pid(), "CONT");

            List<String> rest = said.lines().toList();
            assertThat(rest.get(rest.size() - 1)).isEqualTo(OwnerProcess.TAKEN_OVER);
            List<Long> toldAsStored =
                    rest.subList(0, rest.size() - 1).stream().map(Long::valueOf).toList();
            assertThat(found).containsAll(toldAsStored);
            List<Long> expected = new ArrayList<>(found);
            expected.add(1_000_000L);
            assertThat(waiting(open(store, "owner"))).isEqualTo(expected);
        } finally {
            owner.destroyForcibly();
        }
    }

    @Test
    void aKilledRedisFailsAppendsAndHasAllThatCompleted() throws Exception {
        SessionLog log = open(store, "owner");
        append(log, 1, ENOUGH);
        redis.server().kill();
        assertThatThrownBy(() -> append(log, OwnerProcess.accepted(ENOUGH + 1))).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> Mono.from(store.check()).block(SOON)).isInstanceOf(StoreException.class);
        redis.server().startAgain();

        assertThat(waiting(openAgain(store, "owner"))).isEqualTo(numbers(1, ENOUGH));
        Mono.from(store.check()).block(SOON);
    }

    @Test
    void anAppendThatIsUnderWayWhenRedisIsKilledFailsAtOnceAndIsNotRepeated() throws Exception {
        SessionLog log = open(store, "owner");
        append(log, 1, 3);
        redis.server().signal("STOP");
        var append = Mono.from(log.append(List.of(OwnerProcess.accepted(4)))).toFuture();
        redis.server().kill();

        assertThatThrownBy(() ->
                        append.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join())
                .hasCauseInstanceOf(StoreException.class);

        redis.server().startAgain();
        assertThat(waiting(openAgain(store, "owner"))).isEqualTo(numbers(1, 3));
    }

    @Test
    void anAppendThatTheDriverSendsAgainIsDoneOnceAndNoEarlierOneIs() throws Exception {
        open(store, "owner");
        Keys keys = Keys.of("mqtt:", SessionKey.of("owner"));
        String token = redis.server().said("hget", new String(keys.session(), StandardCharsets.UTF_8), "owner");
        Connection connection = new Connection(new Servers.One(client, redis.uri()), Replication.NONE);
        byte[][] first = AppendArguments.of(token, 1, 1, Effects.of(List.of(OwnerProcess.accepted(1)), () -> 1));
        byte[][] second = AppendArguments.of(token, 1, 2, Effects.of(List.of(new OutgoingCompleted(1)), () -> 1));

        for (byte[][] append : List.of(first, first, second, second)) {
            assertThat(connection.run(Script.APPEND, keys.forReading(), append).block(SOON))
                    .isEqualTo(1);
        }
        assertThat(connection.run(Script.APPEND, keys.forReading(), first).block(SOON))
                .isEqualTo(2);

        assertThat(waiting(open(store, "owner"))).isEmpty();
    }
}
