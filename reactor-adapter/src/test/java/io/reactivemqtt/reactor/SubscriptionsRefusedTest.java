package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.publish0;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.client.OnCancel;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.Unsubscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** What the Server refuses of a Topic Filter that others have, or ask for as well. */
class SubscriptionsRefusedTest {

    private final VirtualClient server = VirtualClient.connected(options -> options.cleanSession(false));
    private final ReactorMqttClient client = server.client;
    private final SubscriptionSet set = client.subscriptions(options -> options.onCancel(OnCancel.UNSUBSCRIBE));
    private final List<String> taken = new ArrayList<>();
    private final List<Object> ends = new ArrayList<>();

    private Disposable take(String who, Flux<ReceivedMessage> messages) {
        return messages.subscribe(
                message -> taken.add(who + " " + message.topicName()),
                error -> ends.add(who + " " + error.getClass().getSimpleName()),
                () -> ends.add(who + " complete"));
    }

    private Disposable subscribe(String who, String filter, Qos qos) {
        return take(
                who, client.subscribe(options -> options.filter(filter).qos(qos).onCancel(OnCancel.UNSUBSCRIBE)));
    }

    private void add(String filter, Qos qos) {
        set.add(filter, qos)
                .subscribe(
                        answer -> ends.add("added"),
                        error -> ends.add("add " + error.getClass().getSimpleName()));
    }

    /** The Server loses the Session; returns what it is asked for again. */
    private List<Packet> losesTheSession() {
        server.cuts();
        server.passes(Duration.ofSeconds(2));
        server.opens();
        server.sent();
        server.sends(ConnAck.accepted(false));
        return server.sent();
    }

    private void refuses(Packet asked) {
        server.sends(new SubAck(((Subscribe) asked).packetIdentifier(), List.of(ReasonCode.NOT_AUTHORIZED)));
    }

    // ---- a subscription that is lost with the Session, and not granted again

    @Test
    void whoWaitsForAnAnswerOfItsOwnGetsIt() {
        subscribe("first", "a", Qos.AT_MOST_ONCE);
        server.grants();
        subscribe("second", "a", Qos.AT_LEAST_ONCE);
        List<Packet> again = losesTheSession();

        refuses(again.get(0));
        assertThat(ends).containsExactly("first RequestRefusedException");
        server.grants(again.subList(1, 2));
        server.sends(publish0("a"));

        assertThat(again).hasSize(2);
        assertThat(taken).containsExactly("second a");
        assertThat(ends).hasSize(1);
    }

    @Test
    void whatIsGrantedToNobodyAnyMoreIsUnsubscribed() {
        subscribe("first", "a", Qos.AT_MOST_ONCE);
        server.grants();
        Disposable second = subscribe("second", "a", Qos.AT_LEAST_ONCE);
        second.dispose();
        List<Packet> again = losesTheSession();

        refuses(again.get(0));
        server.grants(again.subList(1, 2));

        assertThat(server.sent()).singleElement().isInstanceOf(Unsubscribe.class);
    }

    @Test
    void aSetGoesOnIfWhatItIsAboutToAddIsLostToOthers() {
        take("set", set.messages());
        add("b", Qos.AT_LEAST_ONCE);
        subscribe("first", "a", Qos.AT_MOST_ONCE);
        server.grants();
        add("a", Qos.AT_LEAST_ONCE);
        subscribe("second", "a", Qos.EXACTLY_ONCE); // one more that has no answer
        List<Packet> again = losesTheSession();

        server.grants(again.subList(0, 1));
        refuses(again.get(1));
        refuses(again.get(2));
        server.grants(again.subList(3, 4));
        server.sends(publish0("a"), publish0("b"));

        assertThat(ends).containsExactly("added", "first RequestRefusedException", "add RequestRefusedException");
        assertThat(set.topicFilters()).containsExactly(TopicFilter.of("b"));
        assertThat(taken).containsExactly("second a", "set b");
    }

    @Test
    void itsIdentifierIsLeftToOthers() {
        subscribe("first", "a", Qos.AT_LEAST_ONCE);
        server.grants();
        refuses(losesTheSession().get(0));
        subscribe("second", "b", Qos.AT_LEAST_ONCE);

        assertThat(((Subscribe) server.sent().get(0)).subscriptionIdentifier()).isEqualTo(1);
    }

    // ---- several SUBSCRIBEs without an answer

    @Test
    void aSetDoesNotMissWhatItHasRemovedBeforeTheAnswer() {
        take("set", set.messages());
        add("a", Qos.AT_MOST_ONCE);
        subscribe("other", "a", Qos.AT_LEAST_ONCE);
        set.remove("a").subscribe();
        List<Packet> asked = server.sent();
        refuses(asked.get(0));

        assertThat(asked).hasSize(2);
        assertThat(ends).containsExactly("add IllegalStateException");
    }

    @Test
    void aSubscriberDoesNotMissWhatWasUnsubscribedBeforeTheAnswer() {
        take("two", client.subscribe(options -> options.filter("a").filter("b")));
        client.subscribe(options -> options.filter("a").qos(Qos.EXACTLY_ONCE)).subscribe();
        client.unsubscribe("a").subscribe();
        Subscribe first = (Subscribe) server.sent().get(0);
        server.sends(
                new SubAck(first.packetIdentifier(), List.of(ReasonCode.NOT_AUTHORIZED, ReasonCode.GRANTED_QOS_1)));
        server.sends(publish0("b"));

        assertThat(first.subscriptions()).hasSize(2);
        assertThat(ends).isEmpty();
        assertThat(taken).containsExactly("two b");
    }

    @Test
    void whatIsRefusedFirstLeavesWhatIsStillGrantedToBeUnsubscribed() {
        Disposable first = subscribe("first", "a", Qos.AT_MOST_ONCE);
        subscribe("second", "a", Qos.AT_LEAST_ONCE);
        first.dispose();
        List<Packet> asked = server.sent();
        refuses(asked.get(1)); // a Server may answer in any order
        server.grants(asked.subList(0, 1));

        assertThat(ends).containsExactly("second RequestRefusedException");
        assertThat(server.sent()).singleElement().isInstanceOf(Unsubscribe.class);
    }

    // ---- a SUBSCRIBE beside a subscription that stands

    @Test
    void whatWasRefusedIsAskedForAgainByTheNextOne() {
        subscribe("first", "a", Qos.AT_LEAST_ONCE);
        server.grants();
        subscribe("second", "a", Qos.EXACTLY_ONCE);
        refuses(server.sent().get(0));
        subscribe("third", "a", Qos.AT_LEAST_ONCE);
        assertThat(server.sent()).isEmpty();
        subscribe("fourth", "a", Qos.EXACTLY_ONCE);

        assertThat(server.sent()).singleElement().isInstanceOf(Subscribe.class);
        assertThat(ends).containsExactly("second RequestRefusedException");
    }

    @Test
    void optionsThatWereRefusedAreNotTakenForThoseThatStand() {
        client.subscribe("a", Qos.AT_LEAST_ONCE).subscribe().dispose();
        server.grants();
        take("second", client.subscribe(options -> options.filter("a").noLocal(true)));
        refuses(server.sent().get(0));
        take("third", client.subscribe(options -> options.filter("a").noLocal(true)));

        assertThat(server.sent()).singleElement().isInstanceOf(Subscribe.class);
    }

    @Test
    void whoAsksForNoMoreThanStandsDoesNotWaitForWhatOthersAskFor() {
        subscribe("first", "a", Qos.AT_LEAST_ONCE);
        server.grants();
        subscribe("second", "a", Qos.EXACTLY_ONCE);
        take("set", set.messages());
        add("a", Qos.AT_LEAST_ONCE);
        refuses(server.sent().get(0));
        server.sends(publish0("a"));

        assertThat(ends).containsExactly("added", "second RequestRefusedException");
        assertThat(taken).containsExactlyInAnyOrder("first a", "set a");
    }
}
