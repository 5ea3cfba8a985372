package io.reactivemqtt.reliability;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.store.redis.RedisSessionStore;
import java.nio.file.Path;

/** What an application works with that has a Redis already. */
final class RedisSetup implements ChildSetup {

    RedisSetup() {}

    @Override
    public SessionStore store(Path directory) {
        return RedisSessionStore.at(RedisClient.create(), RedisURI.create("127.0.0.1", Integer.getInteger(Store.PORT)));
    }
}
