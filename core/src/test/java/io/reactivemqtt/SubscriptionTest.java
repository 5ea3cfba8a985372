package io.reactivemqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.TopicSubscription.RetainHandling;
import org.junit.jupiter.api.Test;

class SubscriptionTest {

    @Test
    void subscriptionHasTheOptionsOf311UntilMoreIsSaid() {
        TopicSubscription subscription = TopicSubscription.of("a/+", Qos.AT_LEAST_ONCE);

        assertThat(subscription.hasDefaultOptions()).isTrue();
        assertThat(subscription).isEqualTo(TopicSubscription.of(TopicFilter.of("a/+"), Qos.AT_LEAST_ONCE));
        assertThat(with(true, false, RetainHandling.SEND).hasDefaultOptions()).isFalse();
        assertThat(with(false, true, RetainHandling.SEND).hasDefaultOptions()).isFalse();
        assertThat(with(false, false, RetainHandling.SEND_IF_NEW).hasDefaultOptions())
                .isFalse();
    }

    @Test
    @Spec("MQTT-3.8.3-4")
    void noLocalDoesNotGoWithASharedSubscription() {
        TopicFilter shared = TopicFilter.of("$share/g/a");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopicSubscription.of(shared, Qos.AT_MOST_ONCE).withNoLocal(true));
        assertThat(TopicSubscription.of(shared, Qos.AT_MOST_ONCE)
                        .withRetainAsPublished(true)
                        .topicFilter())
                .isEqualTo(shared);
    }

    private static TopicSubscription with(boolean noLocal, boolean retainAsPublished, RetainHandling retainHandling) {
        return TopicSubscription.of(TopicFilter.of("a"), Qos.AT_MOST_ONCE)
                .withNoLocal(noLocal)
                .withRetainAsPublished(retainAsPublished)
                .withRetainHandling(retainHandling);
    }
}
