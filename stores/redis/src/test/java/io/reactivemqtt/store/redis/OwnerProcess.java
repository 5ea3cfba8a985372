package io.reactivemqtt.store.redis;

import io.lettuce.core.RedisClient;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Owns a Session in a process of its own, and says of each message that it is stored; then that the Session was taken from it. */
final class OwnerProcess {

    static final String TAKEN_OVER = "taken over";

    private OwnerProcess() {}

    /** Takes the port. */
    public static void main(String[] arguments) {
        RedisSessionStore store =
                RedisSessionStore.at(RedisClient.create(), TestRedis.uri(Integer.parseInt(arguments[0])));
        SessionLog log = Objects.requireNonNull(
                Mono.from(store.open(SessionKey.of("owner"))).block());
        Flux.from(log.recover()).blockLast();
        try {
            for (long sequence = 1; ; sequence++) {
                Mono.from(log.append(List.of(accepted(sequence)))).block();
                System.out.println(sequence);
            }
        } catch (SessionTakenOverException expected) {
            System.out.println(TAKEN_OVER);
        }
        System.exit(0);
    }

    static OutgoingAccepted accepted(long sequence) {
        return new OutgoingAccepted(
                sequence, ApplicationMessage.of("owner/" + sequence, "stored", Qos.EXACTLY_ONCE), 1_700_000_000_000L);
    }
}
