package io.reactivemqtt.store.redis;

import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.common.RenewedLeases;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Leases as keys that expire. */
final class LeaseKeys implements RenewedLeases.Table {

    private static final int RENEWED_AT_ONCE = 64;

    private final Connection connection;
    private final Takeovers heard;
    private final String prefix;
    private final byte[] channel;
    private final byte[] holder;
    private final byte[] milliseconds;

    LeaseKeys(Connection connection, Takeovers heard, String prefix, String channel, String holder, Duration lease) {
        this.connection = connection;
        this.heard = heard;
        this.prefix = prefix;
        this.channel = Keys.bytes(channel);
        this.holder = Keys.bytes(holder);
        this.milliseconds = Keys.bytes(Long.toString(lease.toMillis()));
    }

    @Override
    public Mono<Boolean> claim(SessionKey key) {
        return run(Script.LEASE_CLAIM, key, milliseconds).map(done -> done == 1);
    }

    /** Of what a server does not answer, nothing is known; in a Cluster, others have their leases renewed all the same. */
    @Override
    public Mono<Set<SessionKey>> renew(Set<SessionKey> keys) {
        return Flux.fromIterable(keys)
                .flatMap(
                        key -> run(Script.LEASE_RENEW, key, milliseconds)
                                .onErrorReturn(1L)
                                .filter(done -> done == 1)
                                .map(done -> key),
                        RENEWED_AT_ONCE)
                .collect(Collectors.toSet());
    }

    @Override
    public Mono<Void> release(SessionKey key) {
        byte[] words = Keys.bytes(Takeovers.released(Keys.of(prefix, key).tag()));
        return run(Script.LEASE_RELEASE, key, channel, words).then();
    }

    private Mono<Long> run(Script script, SessionKey key, byte[] second, byte[]... others) {
        byte[][] arguments = new byte[2 + others.length][];
        arguments[0] = holder;
        arguments[1] = second;
        System.arraycopy(others, 0, arguments, 2, others.length);
        return connection.write(script, new byte[][] {Keys.of(prefix, key).lease(prefix)}, arguments);
    }

    @Override
    public Flux<?> released(SessionKey key) {
        return heard.releases(Keys.of(prefix, key).tag());
    }
}
