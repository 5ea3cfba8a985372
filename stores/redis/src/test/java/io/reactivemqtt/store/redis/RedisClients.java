package io.reactivemqtt.store.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.SessionStore;
import java.net.URI;
import java.time.Duration;

/** A client as the documentation shows it. */
final class RedisClients {

    private RedisClients() {}

    // #store
    static ReactorMqttClient client(URI server, RedisClient redis, RedisURI uri, String pod) {
        SessionStore store =
                RedisSessionStore.builder(redis, uri).ownerName(pod).build();
        return ReactorMqttClient.create(
                options -> options.server(server).durableSession("billing", Duration.ofDays(1), store));
    }
    // #end
}
