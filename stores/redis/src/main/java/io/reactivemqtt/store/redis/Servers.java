package io.reactivemqtt.store.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** Where connections lead to. */
interface Servers {

    /** Connects; nobody who cancels leaves a connection behind that nobody has. */
    Mono<Link> connect();

    /** Connects, for what is told by others. */
    Mono<StatefulRedisPubSubConnection<byte[], byte[]>> listen();

    /** Tells whether a lost connection is replaced by a new one of ours; otherwise the driver has others, and sees to it itself. */
    boolean isOne();

    private static <T> Mono<T> connected(Supplier<CompletionStage<? extends T>> connect) {
        return Mono.<T>fromFuture(() -> connect.get().<T>thenApply(it -> it).toCompletableFuture(), true);
    }

    /** One server, or the one that a Sentinel names. */
    record One(RedisClient client, RedisURI uri) implements Servers {

        @Override
        public Mono<Link> connect() {
            return Servers.connected(
                    () -> client.connectAsync(ByteArrayCodec.INSTANCE, uri).thenApply(Link::of));
        }

        @Override
        public Mono<StatefulRedisPubSubConnection<byte[], byte[]>> listen() {
            return Servers.connected(() -> client.connectPubSubAsync(ByteArrayCodec.INSTANCE, uri));
        }

        @Override
        public boolean isOne() {
            return true;
        }
    }

    /** Those of a Cluster. */
    record Many(RedisClusterClient client) implements Servers {

        @Override
        public Mono<Link> connect() {
            return Servers.connected(() -> withTopology()
                    .thenCompose(known -> client.connectAsync(ByteArrayCodec.INSTANCE))
                    .thenApply(Link::of));
        }

        @Override
        public Mono<StatefulRedisPubSubConnection<byte[], byte[]>> listen() {
            return Servers.connected(
                    () -> withTopology().thenCompose(known -> client.connectPubSubAsync(ByteArrayCodec.INSTANCE)));
        }

        /** The driver asks the first time by a call that blocks, if nobody did before. */
        private CompletionStage<Void> withTopology() {
            return client.refreshPartitionsAsync();
        }

        @Override
        public boolean isOne() {
            return false;
        }
    }
}
