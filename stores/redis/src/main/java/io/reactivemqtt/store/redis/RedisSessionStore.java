package io.reactivemqtt.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLeases;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.store.common.Openings;
import io.reactivemqtt.store.common.RecoveryReader;
import io.reactivemqtt.store.common.RenewedLeases;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps Sessions in Redis 7, for processes on many machines: each Session may move from one to another, and the last that opens it owns it.
 * An append of an earlier owner fails, also that of a process that was stopped for an hour and goes on: each is one script, which compares
 * the owner and writes, all or nothing.
 *
 * <p><b>What is stored is as durable as Redis makes it, and that is less than with a database.</b> All of it survives a killed Redis, and a
 * machine that loses its power, only with {@code appendonly yes} and {@code appendfsync always}, on the same disk: then Redis answers an
 * append when it is there. With {@code appendfsync everysec}, its default, up to a second or two of what was told as stored is lost when the
 * machine dies; without {@code appendonly}, minutes. And replicas follow behind: where one takes over, by Sentinel, in a Cluster or at a
 * cloud, what it had not got yet is lost, with any of these settings, unless {@link Builder#replicas} has it wait for them. An exchange at QoS
 * 2 that goes on after such a loss may lose a message or repeat one. A client that appends after it learns so: its appends are numbered,
 * and the next one fails with {@link io.reactivemqtt.exception.StoreException}; the client goes on from what is there. (Where a replica has
 * nothing of a Session at all, it fails with {@link io.reactivemqtt.exception.SessionTakenOverException}, as after {@link #delete}.)
 * {@code maxmemory-policy} has to be {@code noeviction}, its default, or one of those named {@code volatile}: the keys do not expire.
 *
 * <p>One store serves any number of clients, over three connections that it makes when it is first used: one for what is appended, one for
 * all else, one that hears of takeovers (Pub/Sub), so that an old owner's client stops before its next append. They are the {@link
 * RedisClient}'s, which is the application's: it shuts it down after the clients have left. Make one store for it, not one for each client.
 * A lost connection fails what is under way on it with {@link io.reactivemqtt.exception.StoreException}, and is replaced when it is needed
 * next. A server that is silent, and does not close its connections, is waited for: set {@code TimeoutOptions}, or TCP keep-alive, in the
 * {@code ClientOptions} of the {@code RedisClient}; a client has its {@code storeTimeout}. The store never blocks and has no thread; its
 * signals come on those of Lettuce.
 *
 * <p>In a Cluster, Lettuce has connections to each node, and sees to them itself: what was under way on a lost one it sends again, as its
 * {@code ClientOptions} say. An append that comes again is done once, by its number.
 *
 * <p>Each Session is five keys at most, {@code mqtt:{tag}:…}, of one slot. Topics and payloads stand in them in clear. Redis does nothing else
 * while a script runs: an append of ten thousand messages holds others up for some 100 ms. One append has to be less than 1 GB
 * ({@code client-query-buffer-limit}) and a message less than 512 MB ({@code proto-max-bulk-len}), which any packet is.
 *
 * <p>The user needs the commands of {@code @connection}, {@code @scripting}, {@code @hash}, {@code @sortedset}, {@code @stream} and {@code
 * @pubsub}, and {@code scan}, {@code unlink}, {@code setrange} and {@code time}, and for leases {@code get}, {@code set} and {@code pexpire}, on the keys {@code mqtt:*} and the channels {@code mqtt:*}.
 *
 * <p>An entry that cannot be read, or whose checksum (CRC32C) is wrong, is moved to the stream {@code mqtt:{tag}:aside} with the reason.
 */
public final class RedisSessionStore implements SessionStore {

    private static final byte[] VERSION = Keys.bytes("1");
    private static final byte[] NAMESPACE = Keys.bytes("namespace");
    private static final byte[] CLIENT = Keys.bytes("client");
    private static final int LOOKED_AT_ONCE = 64;

    private final Connection appending;
    private final Connection reading;
    private final Takeovers takeovers;
    private final String prefix;
    private final String channel;
    private final String ownerName;
    private final Openings openings = new Openings();

    /** Which no other store has. */
    private final String name = UUID.randomUUID().toString();

    private final AtomicLong latestOwner = new AtomicLong();

    private RedisSessionStore(Builder builder) {
        this.appending = new Connection(builder.servers, builder.replication);
        this.reading = new Connection(builder.servers, builder.replication);
        this.prefix = builder.prefix;
        this.channel = prefix + "owners";
        this.takeovers = new Takeovers(builder.servers, channel);
        this.ownerName = builder.ownerName;
    }

    /**
     * Returns a store with the defaults of {@link #builder(RedisClient, RedisURI)}. It connects when it is first used, and not before.
     */
    public static RedisSessionStore at(RedisClient client, RedisURI uri) {
        return builder(client, uri).build();
    }

    /** Returns a store with the defaults of {@link #builder(RedisClusterClient)}. It connects when it is first used, and not before. */
    public static RedisSessionStore at(RedisClusterClient client) {
        return builder(client).build();
    }

    /**
     * Starts with the defaults.
     *
     * @param client connects, with its {@code ClientOptions}; the application closes it after the clients have left
     * @param uri of a Redis 7 that takes changes, or of Sentinels that know one, with credentials; those of the {@code client} are not used
     */
    public static Builder builder(RedisClient client, RedisURI uri) {
        return new Builder(
                new Servers.One(Objects.requireNonNull(client, "client"), Objects.requireNonNull(uri, "uri")));
    }

    /**
     * Starts with the defaults.
     *
     * @param client of a Cluster, with topology refresh in its {@code ClusterClientOptions}, or a node that takes over is not found; the
     *     application closes it after the clients have left
     */
    public static Builder builder(RedisClusterClient client) {
        return new Builder(new Servers.Many(Objects.requireNonNull(client, "client")));
    }

    @Override
    public Publisher<SessionLog> open(SessionKey key) {
        return openings.inTurn(key, opened(key, ""));
    }

    @Override
    public Publisher<SessionLog> reopen(SessionKey key, SessionLog earlier) {
        return earlier.undecoratedLog() instanceof RedisSessionLog own
                ? openings.inTurn(key, opened(key, own.firstToken()))
                : open(key);
    }

    /** Opens it, if {@code firstToken} is empty or that of the owner that there is, or was last. */
    private Mono<SessionLog> opened(SessionKey key, String firstToken) {
        Keys keys = Keys.of(prefix, key);
        return Mono.defer(() -> {
            String token = name + "-" + latestOwner.incrementAndGet();
            return reading.write( // so what is recovered then is where an append would be
                            Script.OPEN,
                            new byte[][] {keys.session()},
                            VERSION,
                            Keys.bytes(key.namespace()),
                            Keys.bytes(key.clientIdentifier()),
                            Keys.bytes(token),
                            Keys.bytes(ownerName),
                            Keys.bytes(channel),
                            Keys.bytes(keys.tag()),
                            Keys.bytes(firstToken))
                    .map(epoch -> {
                        if (epoch < 0) {
                            throw new SessionTakenOverException(key.clientIdentifier());
                        }
                        String first = firstToken.isEmpty() ? token : firstToken;
                        return new RedisSessionLog(appending, reading, takeovers, key, keys, token, first, epoch);
                    });
        });
    }

    /**
     * Reads it page by page, each as it stands at one moment; Redis has no snapshot of more. What changes meanwhile may be seen or not, and a
     * message that is released while the pages before it are behind is not seen at all. If nobody appends, it is what is there.
     */
    @Override
    public Publisher<SessionChange> peek(SessionKey key) {
        return Flux.defer(() -> new RecoveryReader(
                        new RecoveryPages(reading, key, Keys.of(prefix, key), ""),
                        (row, reason) -> Mono.just(new EntryUnreadable(row + " cannot be read: " + reason)))
                .changes());
    }

    /** Goes through all keys of the database, by {@code SCAN}: among millions of other keys that takes its time. */
    @Override
    public Publisher<SessionKey> sessions(String namespace) {
        return reading.many(link -> link.keys(Keys.sessions(prefix)))
                .map(session -> Keys.ofSession(prefix, session))
                .distinct(Keys::tag)
                .flatMap(keys -> named(keys), LOOKED_AT_ONCE, LOOKED_AT_ONCE)
                .filter(key -> key.namespace().equals(namespace));
    }

    /** Returns whose it is, if anything is in it. */
    private Mono<SessionKey> named(Keys keys) {
        return reading.once(link -> link.command(commands -> commands.hlen(keys.content()))
                        .filter(entries -> entries > 0)
                        .flatMap(any -> link.command(commands -> commands.hmget(keys.session(), NAMESPACE, CLIENT))))
                .filter(names -> names.stream().allMatch(KeyValue::hasValue))
                .map(names -> SessionKey.of(text(names.get(0)), text(names.get(1))));
    }

    private static String text(KeyValue<byte[], byte[]> field) {
        return new String(field.getValue(), UTF_8);
    }

    /** Deletes also what was set aside of it. */
    @Override
    public Publisher<Void> delete(SessionKey key) {
        Keys keys = Keys.of(prefix, key);
        return reading.write(Script.DELETE, keys.all(), Keys.bytes(channel), Keys.bytes(keys.tag()))
                .then();
    }

    /**
     * Sends a command that would write, and has nothing to write: so it fails where Redis is gone, is a replica, has no memory left, or
     * cannot write its files. In a Cluster, one node is asked. How often Redis writes its files to the disk, it does not see: look at {@code
     * CONFIG GET append*}.
     */
    @Override
    public Publisher<Void> check() {
        byte[] nothing = Keys.bytes(prefix + "check");
        return appending
                .once(link -> link.command(commands -> commands.setrange(nothing, 0, new byte[0])))
                .then();
    }

    /**
     * Returns leases for processes that share Sessions: who is to open one, where several could. No clock but Redis's is read.
     *
     * @param lease how long one lasts if it is not renewed: so long a Session waits at most for another process when its own is gone. It is
     *     renewed three times in that time; 10 s is a good one
     * @throws IllegalArgumentException unless {@code lease} is 100 ms to 1 day
     */
    public SessionLeases leases(Duration lease) {
        String holder = ownerName + " " + UUID.randomUUID();
        return new RenewedLeases(new LeaseKeys(reading, takeovers, prefix, channel, holder, lease), lease);
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9:._-]*");

        private final Servers servers;
        private String prefix = "mqtt:";
        private Replication replication = Replication.NONE;
        private String ownerName = "process " + ProcessHandle.current().pid();

        private Builder(Servers servers) {
            this.servers = servers;
        }

        /**
         * Sets how the names of all keys begin, and that of the channel, {@code owners} behind it; default {@code mqtt:}. For applications that
         * share a Redis and must not meet; Sessions of one application are kept apart by the namespaces of their {@link SessionKey}s.
         *
         * @throws IllegalArgumentException if it has other characters than letters and digits of ASCII and {@code :._-}
         */
        public Builder keyPrefix(String prefix) {
            if (!PREFIX.matcher(prefix).matches()) {
                throw new IllegalArgumentException("a prefix has letters, digits and :._- and nothing else");
            }
            this.prefix = prefix;
            return this;
        }

        /**
         * Has the store wait for replicas: what is opened, appended or deleted is told as done when so many have it ({@code WAIT}). Default: it
         * waits for none. With the number of <em>all</em> replicas, whichever takes over has all that was told as stored; with fewer, one may
         * take over that has not. They have it in their memory: a machine that is to lose no more than that writes its own files.
         *
         * <p>While a replica is away, nothing is stored: an append fails with {@link io.reactivemqtt.exception.StoreException} after {@code
         * atMost}, and the client tries again, as it does while Redis is away. Each append takes a way to the replicas and back longer, and the
         * appends of all clients of the store wait for it together.
         *
         * @param count from 1
         * @param atMost for how long one append waits, from 1 ms; less than the client's {@code storeTimeout}
         * @throws IllegalArgumentException if one of them is less
         * @throws IllegalStateException in a Cluster, whose driver does not tell on which of its connections an append went
         */
        public Builder replicas(int count, Duration atMost) {
            if (!servers.isOne()) {
                throw new IllegalStateException("in a Cluster, the store cannot wait for replicas");
            }
            if (count < 1 || atMost.toMillis() < 1) {
                throw new IllegalArgumentException("at least one replica is waited for, for at least 1 ms");
            }
            this.replication = new Replication(count, atMost);
            return this;
        }

        /** Sets what stands in the field {@code owner_name} of the Sessions that are opened, such as the name of the pod. */
        public Builder ownerName(String name) {
            this.ownerName = Objects.requireNonNull(name, "name");
            return this;
        }

        /** Returns the store. */
        public RedisSessionStore build() {
            return new RedisSessionStore(this);
        }
    }
}
