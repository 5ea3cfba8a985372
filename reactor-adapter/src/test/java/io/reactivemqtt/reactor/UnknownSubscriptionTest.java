package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.qos1;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.store.InMemorySessionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The process before this one has subscribed, and died before the answer was on record: the Server knows of it, and nobody here. */
class UnknownSubscriptionTest {

    private final VirtualClient server = afterACrash();

    private static VirtualClient afterACrash() {
        InMemorySessionStore store = new InMemorySessionStore();
        VirtualClient before = create(store);
        before.client.connect().subscribe();
        before.accept(false);
        before.client.subscribe("a/+", Qos.AT_LEAST_ONCE).subscribe();
        VirtualClient after = create(store);
        after.client.connect().subscribe();
        after.accept(true);
        return after;
    }

    private static VirtualClient create(InMemorySessionStore store) {
        return VirtualClient.create(
                options -> options.cleanSession(false).keepAlive(Duration.ZERO).sessionStore(store));
    }

    private static Publish message(String topic, int packetIdentifier) {
        return new Publish(qos1(topic), packetIdentifier, false);
    }

    @Test
    void itsMessagesWaitForASubscriber() {
        List<String> taken = new ArrayList<>();
        server.sends(message("a/1", 1));
        assertThat(server.acknowledged()).isEmpty();

        server.client
                .subscribe("a/+", Qos.AT_LEAST_ONCE)
                .subscribe(message -> taken.add(message.topicName().toString()));
        server.grants();

        assertThat(taken).containsExactly("a/1");
    }

    @Test
    void whatNobodyTakesIsAcknowledgedAndToldAfterAWhile() {
        server.sends(message("a/1", 1));
        server.events();

        server.passes(Duration.ofMinutes(2));

        assertThat(server.acknowledged()).containsExactly(1);
        assertThat(server.events()).hasAtLeastOneElementOfType(ClientEvent.MessageWithoutSubscriber.class);
    }

    @Test
    void lateMessagesOfASubscriptionThatHasEndedHereHoldNothingUp() {
        server.client.subscribe("b/+", Qos.AT_LEAST_ONCE).subscribe().dispose();
        server.client.subscribe("b/+", Qos.AT_LEAST_ONCE).subscribe();
        server.grants();
        server.client.unsubscribe("b/+").subscribe();
        server.grants();

        server.sends(message("b/1", 1));

        assertThat(server.acknowledged()).containsExactly(1);
    }
}
