package io.reactivemqtt.store.redis;

import io.lettuce.core.RedisClient;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;

/** Run by hand: what 100,000 waiting messages take, by what Redis says of the keys of their Session. */
final class MemoryUsage {

    private static final long MESSAGES = 100_000;
    private static final long AT_ONCE = 10_000;
    private static final Payload PAYLOAD = Payload.of(new byte[64]);
    private static final TopicName TOPIC = TopicName.of("meters/17/readings");

    private MemoryUsage() {}

    public static void main(String[] arguments) throws IOException {
        try (TestRedis redis = TestRedis.start()) {
            RedisClient client = TestRedis.newClient();
            SessionLog log = Sessions.open(RedisSessionStore.at(client, redis.uri()), "waiting");
            for (long first = 1; first <= MESSAGES; first += AT_ONCE) {
                Sessions.append(
                        log,
                        LongStream.range(first, first + AT_ONCE)
                                .mapToObj(MemoryUsage::accepted)
                                .toArray(SessionChange[]::new));
            }
            Keys keys = Keys.of("mqtt:", SessionKey.of("waiting"));
            for (byte[] key : List.of(keys.session(), keys.content(), keys.state(), keys.order())) {
                String name = new String(key, StandardCharsets.UTF_8);
                System.out.println(
                        name + ": " + redis.server().said("memory", "usage", name, "samples", "0") + " bytes");
            }
            TestRedis.shutDown(client);
        }
    }

    private static OutgoingAccepted accepted(long sequence) {
        return new OutgoingAccepted(sequence, ApplicationMessage.of(TOPIC, PAYLOAD, Qos.AT_LEAST_ONCE), 1);
    }
}
