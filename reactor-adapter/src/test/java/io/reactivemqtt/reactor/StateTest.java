package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientState;
import io.reactivemqtt.client.ClientState.Status;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.packet.Disconnect;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.StepVerifier;

/** What a client says that it is doing. */
class StateTest {

    private final VirtualClient server = VirtualClient.create();
    private final List<ClientState> states = new ArrayList<>();

    private List<Status> told() {
        server.passes(Duration.ZERO);
        List<Status> told = states.stream().map(ClientState::status).toList();
        states.clear();
        return told;
    }

    @Test
    void aLifeIsToldFromTheStateOfNow() {
        server.client.states().subscribe(states::add);
        assertThat(told()).containsExactly(Status.NEW);

        server.client.connect().subscribe();
        assertThat(told()).containsExactly(Status.CONNECTING);
        server.accept(false);
        assertThat(told()).containsExactly(Status.CONNECTED);

        server.cuts();
        assertThat(told()).containsExactly(Status.WAITING);
        assertThat(server.client.state().attempt()).isEqualTo(1);
        assertThat(server.client.state().cause()).hasMessageContaining("the connection was lost");
        server.passes(Duration.ofSeconds(1));
        assertThat(told()).containsExactly(Status.CONNECTING);
        assertThat(server.client.state().attempt()).isEqualTo(1);
        server.refusesTcp(new IOException("Connection refused"));
        assertThat(told()).containsExactly(Status.WAITING);
        assertThat(server.client.state().attempt()).isEqualTo(2);
        server.passes(Duration.ofSeconds(2));
        server.accept(false);
        assertThat(told()).containsExactly(Status.CONNECTING, Status.CONNECTED);
        assertThat(server.client.state().cause()).isNull();
        assertThat(server.client.state().server()).isEqualTo(URI.create("mqtt://localhost:1883"));

        server.client.disconnect().subscribe();
        assertThat(told()).containsExactly(Status.CLOSED);
    }

    @Test
    void aStateSaysSinceWhen() {
        Duration waited = Duration.ofSeconds(7);
        ClientState created = server.client.state();
        server.passes(waited);
        server.client.connect().subscribe();
        server.passes(Duration.ZERO);
        assertThat(Duration.between(created.since(), server.client.state().since()))
                .isEqualTo(waited);
    }

    @Test
    void aServerThatRefusesForGoodStopsTheClient() {
        server.client.connect().subscribe();
        server.accept(false);
        server.client.states().subscribe(states::add);
        server.sends(new Disconnect(ReasonCode.SESSION_TAKEN_OVER));
        assertThat(told()).endsWith(Status.STOPPED);
        assertThat(Objects.requireNonNull(server.client.state().cause()).reasonCode())
                .isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
    }

    @Test
    void aFirstAttemptThatFailsStopsTheClient() {
        server.client.connect().subscribe(result -> {}, failure -> {});
        server.refusesTcp(new IOException("Connection refused"));
        assertThat(server.client.state().status()).isEqualTo(Status.STOPPED);
        assertThat(server.client.state().cause()).hasMessageContaining("Connection refused");
    }

    @Test
    void anAttemptThatTheApplicationGivesUpIsNotPutDownToTheNetwork() {
        Disposable connecting = server.client.connect().subscribe();
        server.passes(Duration.ZERO);
        connecting.dispose();
        server.passes(Duration.ZERO);
        assertThat(server.client.state().status()).isEqualTo(Status.STOPPED);
        assertThat(server.client.state().cause())
                .isInstanceOf(ClientClosedException.class)
                .hasMessage("connect() was cancelled")
                .hasNoCause();
    }

    @Test
    void whoGivesUpWaitingForAnotherAttemptIsToldWhyTheLastOneFailed() {
        VirtualClient waiting = VirtualClient.create(options -> options.reconnect(policy -> policy.retryFirst(true)));
        Disposable connecting = waiting.client.connect().subscribe();
        waiting.refusesTcp(new IOException("Connection refused"));
        connecting.dispose();
        waiting.passes(Duration.ZERO);
        assertThat(waiting.client.state().status()).isEqualTo(Status.STOPPED);
        assertThat(waiting.client.state().cause())
                .isInstanceOf(ClientClosedException.class)
                .hasMessage("connect() was cancelled")
                .hasCauseInstanceOf(ConnectFailedException.class);
    }

    @Test
    void whoGivesUpAnAttemptToReconnectLeavesTheNextToThePolicy() {
        VirtualClient lost = VirtualClient.connected(options ->
                options.reconnect(policy -> policy.retryOn(cause -> !(cause instanceof ClientClosedException))));
        lost.cuts();
        Disposable connecting = lost.client.connect().subscribe();
        lost.passes(Duration.ZERO);
        connecting.dispose();
        lost.passes(Duration.ofSeconds(5));
        lost.accept(true);
        assertThat(lost.client.state().isConnected()).isTrue();
    }

    @Test
    void aProgramWaitsForAConnectionByTheStates() {
        StepVerifier.create(
                        server.client.states().filter(ClientState::isConnected).next())
                .expectSubscription()
                .then(() -> server.client.connect().subscribe())
                .then(() -> server.accept(false))
                .expectNextMatches(ClientState::isConnected)
                .verifyComplete();
    }

    @Test
    void whoDoesNotKeepUpSeesTheLatest() {
        StepVerifier.create(server.client.states(), 1)
                .then(() -> server.passes(Duration.ZERO))
                .expectNextMatches(state -> state.status() == Status.NEW)
                .then(() -> server.client.connect().subscribe())
                .then(() -> server.accept(false))
                .thenRequest(1)
                .expectNextMatches(ClientState::isConnected)
                .thenCancel()
                .verify();
    }

    @Test
    void whoCancelsIsToldNoMore() {
        server.client.states().subscribe(states::add).dispose();
        server.client.connect().subscribe();
        assertThat(told()).doesNotContain(Status.CONNECTING);
    }

    @Test
    void aListenerThatThrowsHarmsNobody() {
        server.client.states().subscribe(state -> {
            throw new IllegalStateException("a mistake of the test");
        });
        server.client.states().subscribe(states::add);
        server.client.connect().subscribe();
        server.accept(false);
        assertThat(told()).endsWith(Status.CONNECTED);
    }

    @Test
    void withoutAPolicyALostConnectionStops() {
        VirtualClient once = VirtualClient.connected(options -> options.reconnect(ReconnectPolicy.NONE));
        once.cuts();
        assertThat(once.client.state().status()).isEqualTo(Status.STOPPED);
    }

    @Test
    void aSubscriberThatFallsBehindIsToldHowManyEventsItHasMissed() {
        VirtualClient connected = VirtualClient.connected(options -> options.cleanSession(false));
        List<ClientEvent> slow = new ArrayList<>();
        BaseSubscriber<ClientEvent> subscriber = new BaseSubscriber<ClientEvent>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(1);
            }

            @Override
            protected void hookOnNext(ClientEvent event) {
                slow.add(event);
            }
        };
        connected.client.events().subscribe(subscriber);
        connected.events();
        for (int cut = 0; cut < 1_000; cut++) {
            connected.cuts();
            connected.passes(Duration.ofMinutes(10));
            connected.accept(true);
        }
        int all = connected.events().size();
        subscriber.requestUnbounded();
        List<ClientEvent.EventsMissed> missed = slow.stream()
                .filter(ClientEvent.EventsMissed.class::isInstance)
                .map(ClientEvent.EventsMissed.class::cast)
                .toList();
        assertThat(missed).hasSize(1);
        assertThat(slow.size() - 1 + missed.get(0).count()).isEqualTo(all);
        assertThat(slow.size()).isBetween(1_024, 1_030);
    }
}
