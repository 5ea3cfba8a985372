package io.reactivemqtt.store.redis;

import static io.reactivemqtt.store.redis.Sessions.SOON;
import static io.reactivemqtt.store.redis.Sessions.append;
import static io.reactivemqtt.store.redis.Sessions.open;
import static io.reactivemqtt.store.redis.Sessions.recover;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.common.Row;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What somebody or something has damaged. */
@SuppressWarnings("NullAway.Init")
class UnreadableEntriesTest {

    private static final Keys KEYS = Keys.of("mqtt:", SessionKey.of("client"));

    private TestRedis redis;
    private RedisClient client;
    private RedisSessionStore store;
    private StatefulRedisConnection<byte[], byte[]> connection;
    private RedisCommands<byte[], byte[]> commands;

    @BeforeEach
    void start() {
        redis = TestRedis.start();
        client = TestRedis.newClient();
        store = RedisSessionStore.at(client, redis.uri());
        connection = client.connect(ByteArrayCodec.INSTANCE, redis.uri());
        commands = connection.sync();
        append(
                open(store, "client"),
                new IncomingProcessed(1),
                OwnerProcess.accepted(1),
                OwnerProcess.accepted(2),
                new OutgoingAssigned(2, 2),
                new OutgoingReleased(2),
                OwnerProcess.accepted(3));
    }

    @AfterEach
    void end() throws IOException {
        connection.close();
        TestRedis.shutDown(client);
        redis.close();
    }

    private static byte[] row(int sequence) {
        return Rows.of(new Row(Row.OUTGOING, sequence));
    }

    private List<SessionChange> peeked() {
        return Objects.requireNonNull(
                Flux.from(store.peek(SessionKey.of("client"))).collectList().block(SOON));
    }

    @Test
    void whatCannotBeReadIsSetAsideToldAndNotMetAgain() {
        commands.hset(KEYS.content(), row(1), new byte[] {1, 2, 3});
        commands.hset(KEYS.content(), Rows.of(Row.incoming(1)), new byte[0]);
        assertThat(peeked().stream().filter(EntryUnreadable.class::isInstance)).hasSize(2);

        List<SessionChange> recovered = recover(open(store, "client"));

        assertThat(recovered)
                .filteredOn(EntryUnreadable.class::isInstance)
                .extracting(SessionChange::toString)
                .satisfiesExactly(
                        first -> assertThat(first).contains("identifier of an incoming message"),
                        second -> assertThat(second).contains("outgoing message 1 is in mqtt:{" + KEYS.tag()));
        List<SessionChange> rest = List.of(
                OwnerProcess.accepted(2),
                new OutgoingAssigned(2, 2),
                new OutgoingReleased(2),
                OwnerProcess.accepted(3));
        assertThat(recovered)
                .filteredOn(change -> !(change instanceof EntryUnreadable))
                .isEqualTo(rest);
        assertThat(recover(open(store, "client"))).isEqualTo(rest);
        assertThat(commands.xlen(KEYS.aside())).isEqualTo(2);
    }

    @Test
    void aReleasedMessageWhosePacketIdentifierIsGoneIsSetAside() {
        commands.del(KEYS.state());

        assertThat(recover(open(store, "client")))
                .filteredOn(EntryUnreadable.class::isInstance)
                .hasSize(1);
        assertThat(recover(open(store, "client")))
                .containsExactly(new IncomingProcessed(1), OwnerProcess.accepted(1), OwnerProcess.accepted(3));
    }

    @Test
    void contentThatWasEvictedIsToldMessageByMessage() {
        commands.del(KEYS.content());

        assertThat(recover(open(store, "client"))).hasSize(4).allMatch(EntryUnreadable.class::isInstance);
        assertThat(recover(open(store, "client"))).isEmpty();
    }

    @Test
    void anOrderThatWasEvictedIsNotTakenForAnEmptySession() {
        commands.del(KEYS.order());

        SessionLog log = open(store, "client");
        assertThatThrownBy(() -> recover(log))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("maxmemory-policy noeviction");
    }

    @Test
    void aSessionOfANewerReleaseIsLeftAlone() {
        commands.hset(KEYS.session(), Keys.bytes("version"), Keys.bytes("2"));

        assertThatThrownBy(() -> open(store, "client"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("Use the newer release again");
    }

    @Test
    void aKeyThatIsSomethingElseFailsAnAppendWithNothingDone() {
        SessionLog log = open(store, "client");
        commands.del(KEYS.state());
        commands.set(KEYS.state(), new byte[] {1});

        assertThatThrownBy(() -> append(log, OwnerProcess.accepted(4))).isInstanceOf(StoreException.class);

        assertThat(commands.hexists(KEYS.content(), row(4))).isFalse();
    }
}
