package io.reactivemqtt.store.redis;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanStream;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.reactive.RedisKeyReactiveCommands;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A connection, of one server or of a Cluster; thread-safe. What is sent on it is answered in order, and nobody waits to send.
 *
 * @param async its commands
 * @param keys those that are about keys, on all servers
 */
record Link(
        StatefulConnection<byte[], byte[]> connection,
        RedisClusterAsyncCommands<byte[], byte[]> async,
        RedisKeyReactiveCommands<byte[], byte[]> keys) {

    private static final int KEYS_AT_ONCE = 1_000;

    static Link of(StatefulRedisConnection<byte[], byte[]> connection) {
        return new Link(connection, connection.async(), connection.reactive());
    }

    static Link of(StatefulRedisClusterConnection<byte[], byte[]> connection) {
        return new Link(connection, connection.async(), connection.reactive());
    }

    /** Runs a script, and lets Redis have it first where it has not. */
    <T> Mono<T> run(Script script, byte[][] keys, byte[]... arguments) {
        return this.<T>command(commands -> commands.evalsha(script.digest(), script.output(), keys, arguments))
                .onErrorResume(
                        RedisNoScriptException.class,
                        unknown -> command(commands -> commands.eval(script.text(), script.output(), keys, arguments)));
    }

    <T> Mono<T> command(Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> command) {
        return Mono.fromCompletionStage(() -> command.apply(async));
    }

    /** Emits the keys that match {@code pattern}, some of them perhaps twice. */
    Flux<byte[]> keys(String pattern) {
        return ScanStream.scan(keys, ScanArgs.Builder.limit(KEYS_AT_ONCE).match(pattern));
    }
}
