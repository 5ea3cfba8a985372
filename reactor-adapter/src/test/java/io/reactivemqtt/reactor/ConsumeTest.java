package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.publish1;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.OnCancel;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.packet.Unsubscribe;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class ConsumeTest {

    private final VirtualClient server = VirtualClient.connected(options -> {});
    private final ReactorMqttClient client = server.client;

    @Test
    void aMessageIsAcknowledgedAfterTheHandlersPublisherCompletes() {
        Sinks.Empty<Void> work = Sinks.empty();
        client.consume("a", Qos.AT_LEAST_ONCE, message -> work.asMono()).subscribe();
        granted();

        server.sends(publish1("a", 1));
        assertThat(server.sent()).isEmpty();

        work.tryEmitEmpty();
        assertThat(server.sent()).containsExactly(new PubAck(1, ReasonCode.SUCCESS));
    }

    @Test
    void messagesAreProcessedOneAfterTheOther() {
        List<Sinks.Empty<Void>> work = new ArrayList<>();
        client.consume("a", Qos.AT_LEAST_ONCE, message -> {
                    work.add(Sinks.empty());
                    return work.get(work.size() - 1).asMono();
                })
                .subscribe();
        granted();

        server.sends(publish1("a", 1), publish1("a", 2));
        assertThat(work).hasSize(1);
        work.get(0).tryEmitEmpty();
        assertThat(work).hasSize(2);
    }

    @Test
    void severalAreProcessedAtOnceIfAskedForAndAcknowledgedInOrder() {
        List<Sinks.Empty<Void>> work = new ArrayList<>();
        client.consume(
                        options -> options.filter("a")
                                .qos(Qos.AT_LEAST_ONCE)
                                .concurrency(2)
                                .orderedBy(message -> message),
                        message -> {
                            work.add(Sinks.empty());
                            return work.get(work.size() - 1).asMono();
                        })
                .subscribe();
        granted();
        server.sends(publish1("a", 1), publish1("a", 2), publish1("a", 3));
        assertThat(work).hasSize(2);

        work.get(1).tryEmitEmpty();
        assertThat(server.sent()).isEmpty();
        work.get(0).tryEmitEmpty();

        assertThat(server.sent()).containsExactly(new PubAck(1, ReasonCode.SUCCESS), new PubAck(2, ReasonCode.SUCCESS));
    }

    @Test
    void aMessageThatTheHandlerFailedWithGoesToTheNextAttempt() {
        List<String> attempts = new ArrayList<>();
        StepVerifier.create(client.consume("a", Qos.AT_LEAST_ONCE, message -> {
                            attempts.add(message.topicName().toString());
                            return attempts.size() == 1 ? Mono.error(new IllegalStateException("once")) : Mono.empty();
                        })
                        .retry(1))
                .expectSubscription()
                .then(this::granted)
                .then(() -> server.sends(publish1("a", 1)))
                .then(() -> assertThat(attempts).hasSize(2))
                .then(() -> assertThat(server.sent()).contains(new PubAck(1, ReasonCode.SUCCESS)))
                .then(() -> client.disconnect().subscribe())
                .verifyComplete();
    }

    @Test
    void aCancelledHandlerHoldsNobodyBackIfItsSubscriptionEndsByName() {
        var consuming = client.consume(
                        options -> options.filter("a").qos(Qos.AT_LEAST_ONCE).onCancel(OnCancel.UNSUBSCRIBE),
                        message -> Mono.never())
                .subscribe();
        granted();
        client.subscribe("b", Qos.AT_LEAST_ONCE).subscribe();
        server.sent();
        server.sends(new SubAck(2, List.of(ReasonCode.GRANTED_QOS_1)), publish1("a", 1), publish1("b", 2));

        consuming.dispose();
        Unsubscribe unsubscribe = (Unsubscribe) server.sent().get(0);
        server.sends(
                new UnsubAck(unsubscribe.packetIdentifier(), List.of(ReasonCode.SUCCESS), null, UserProperties.EMPTY));

        assertThat(server.sent()).containsExactly(new PubAck(1, ReasonCode.SUCCESS), new PubAck(2, ReasonCode.SUCCESS));
    }

    @Test
    void aHandlerThatThrowsFailsAsOneThatSignals() {
        StepVerifier.create(client.consume("a", Qos.AT_LEAST_ONCE, message -> {
                    throw new IllegalStateException("thrown");
                }))
                .expectSubscription()
                .then(this::granted)
                .then(() -> server.sends(publish1("a", 1)))
                .verifyErrorMessage("thrown");
        assertThat(server.sent()).noneMatch(PubAck.class::isInstance);
    }

    private void granted() {
        server.sent();
        server.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1)));
    }
}
