package io.reactivemqtt.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.common.Effects;
import io.reactivemqtt.store.common.RecoveryReader;
import io.reactivemqtt.store.common.Row;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The entries of one client, as long as the token of its Session is this one. */
final class RedisSessionLog implements SessionLog {

    /** Bits for the places of one owner; above them is its epoch. */
    private static final int PLACES = 36;

    private static final long TAKEN_OVER = 0;
    private static final long DONE = 1;
    private static final byte[] OWNER = Keys.bytes("owner");

    private final Connection appending;
    private final Connection reading;
    private final Takeovers takeovers;
    private final SessionKey key;
    private final Keys keys;
    private final String token;
    private final String firstToken;
    private final long epoch;
    private final AtomicLong latestPlace = new AtomicLong();
    private final AtomicLong latestAppend = new AtomicLong();

    /**
     * Begins without having appended anything.
     *
     * @param token which no other owner ever has
     * @param firstToken that of the first of the logs that one owner has opened again and again
     */
    RedisSessionLog(
            Connection appending,
            Connection reading,
            Takeovers takeovers,
            SessionKey key,
            Keys keys,
            String token,
            String firstToken,
            long epoch) {
        this.appending = appending;
        this.reading = reading;
        this.takeovers = takeovers;
        this.key = key;
        this.keys = keys;
        this.token = token;
        this.firstToken = firstToken;
        this.epoch = epoch;
    }

    String firstToken() {
        return firstToken;
    }

    /** Returns a place behind those of all earlier owners, and of this one. */
    private long nextPlace() {
        return (epoch << PLACES) + latestPlace.incrementAndGet();
    }

    @Override
    public Publisher<SessionChange> recover() {
        return Flux.defer(
                () -> new RecoveryReader(new RecoveryPages(reading, key, keys, token), this::setAside).changes());
    }

    private Mono<SessionChange> setAside(Row row, String reason) {
        return reading.write(
                        Script.SET_ASIDE,
                        keys.all(),
                        Keys.bytes(token),
                        Rows.of(row),
                        Keys.bytes(row.toString()),
                        Keys.bytes(reason))
                .map(result -> {
                    require(result);
                    return new EntryUnreadable(row + " is in " + new String(keys.aside(), UTF_8) + " now: " + reason);
                });
    }

    @Override
    public Publisher<Void> append(List<SessionChange> changes) {
        return Flux.defer(() -> {
            Effects effects = Effects.of(changes, this::nextPlace);
            byte[][] arguments = AppendArguments.of(token, epoch, latestAppend.incrementAndGet(), effects);
            return appending
                    .write(Script.APPEND, keys.forReading(), arguments)
                    .doOnNext(this::require)
                    .then(); // which asks for the result, whether the subscriber does or not
        });
    }

    private void require(long result) {
        if (result == TAKEN_OVER) {
            throw new SessionTakenOverException(key.clientIdentifier());
        } else if (result != DONE) {
            throw new StoreException(
                    "Redis has lost what the client " + key.clientIdentifier()
                            + " stored last: it was restarted or replaced without it. The client goes on from what is there",
                    null);
        }
    }

    @Override
    public Publisher<Void> takenOver() {
        return takeovers
                .of(keys.tag(), token)
                .concatMap(hint -> isTakenOver())
                .filter(Boolean::booleanValue)
                .next()
                .then();
    }

    /** Tells what is so: anybody may say something on that channel. */
    private Mono<Boolean> isTakenOver() {
        return reading.once(link -> link.command(commands -> commands.hget(keys.session(), OWNER)))
                .map(owner -> !new String(owner, UTF_8).equals(token))
                .defaultIfEmpty(true)
                .onErrorReturn(false);
    }

    @Override
    public Publisher<Void> close() {
        return reading.run(Script.CLOSE, new byte[][] {keys.session()}, Keys.bytes(token))
                .then();
    }
}
