package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.Backoff;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import java.time.Duration;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A million messages, sixteen handlers at a time that take random times and fail at random: the order of each key, and what is lost. */
class OrderByKeyTest {

    private static final int MESSAGES = 1_000_000;
    private static final int KEYS = 500;
    private static final int AT_ONCE = 1_000;
    private static final long SEED = 20_261_129;

    private final VirtualClient server = VirtualClient.connected(options -> options.keepAlive(Duration.ZERO));
    private final Random random = new Random(SEED);
    private final int[] lastOfKey = new int[KEYS];
    private final BitSet handled = new BitSet();
    private final BitSet buried = new BitSet();
    private final BitSet failedOnce = new BitSet();
    private int acknowledged;
    private int working;
    private int mostWorking;

    @Test
    void eachKeyKeepsItsOrderAndDeadLettersAreExactlyThoseThatHaveToBe() {
        server.client
                .consume(
                        options -> options.filter("t/#")
                                .qos(Qos.AT_LEAST_ONCE)
                                .concurrency(16)
                                .onFailure(FailurePolicy.retry(2, Backoff.fixed(Duration.ofMillis(5)))
                                        .thenDeadLetter("dead/{topic}")),
                        this::handle)
                .subscribe();
        server.grants();

        for (int from = 1; from <= MESSAGES; from += AT_ONCE) {
            Packet[] batch = new Packet[AT_ONCE];
            for (int i = 0; i < AT_ONCE; i++) {
                batch[i] = publish(from + i);
            }
            server.sends(batch);
            while (acknowledged < from + AT_ONCE - 1) {
                server.passes(Duration.ofMillis(1));
                answer();
            }
        }

        assertThat(handled.cardinality() + buried.cardinality()).isEqualTo(MESSAGES);
        assertThat(handled.intersects(buried)).isFalse();
        assertThat(buried.stream()).allMatch(OrderByKeyTest::isPoison);
        assertThat(mostWorking).isEqualTo(16);
    }

    private static Publish publish(int number) {
        int identifier = (number - 1) % 65_535 + 1;
        return new Publish(
                ApplicationMessage.of("t/" + number * 31L % KEYS, "" + number, Qos.AT_LEAST_ONCE), identifier, false);
    }

    /** Always fails. */
    private static boolean isPoison(int number) {
        return number % 997 == 0;
    }

    private Publisher<?> handle(ReceivedMessage message) {
        int number = Integer.parseInt(message.payload().asUtf8());
        boolean fails = isPoison(number) || (!failedOnce.get(number) && random.nextInt(200) == 0);
        failedOnce.set(number, fails);
        working++;
        mostWorking = Math.max(mostWorking, working);
        Mono<Long> work = Mono.delay(Duration.ofMillis(random.nextInt(4)), server.scheduler())
                .doOnNext(tick -> working--);
        return fails
                ? work.then(Mono.error(new IllegalStateException("this time")))
                : work.doOnNext(tick -> done(number));
    }

    private void done(int number) {
        handled.set(number);
        comesNext(number);
    }

    private void comesNext(int number) {
        int key = (int) (number * 31L % KEYS);
        if (lastOfKey[key] >= number) {
            throw new AssertionError(number + " of key " + key + " came behind " + lastOfKey[key] + ", seed " + SEED);
        }
        lastOfKey[key] = number;
    }

    private void answer() {
        for (Packet packet : server.sent()) {
            if (packet instanceof PubAck) {
                acknowledged++;
            } else if (packet instanceof Publish letter) {
                int number = Integer.parseInt(letter.message().payload().asUtf8());
                buried.set(number);
                comesNext(number);
                server.sends(new PubAck(letter.packetIdentifier(), ReasonCode.SUCCESS));
            }
        }
    }
}
