package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.qos0;

import io.reactivemqtt.client.PublishResult;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;

/** The Reactive Streams TCK for the result of one message. */
class PublishMonoTckTest {

    @TestFactory
    Stream<DynamicTest> keepsTheRules() {
        return Tck.tests(Verification::new);
    }

    private static final class Verification extends PublisherVerification<PublishResult> {

        Verification() {
            super(Tck.environment());
        }

        @Override
        public long maxElementsFromPublisher() {
            return 1;
        }

        @Override
        public Publisher<PublishResult> createPublisher(long elements) {
            return VirtualClient.connected(options -> {}).client.publish(qos0("a"));
        }

        /** A message is only published, and so can only fail, once its result is asked for; the TCK does not ask. */
        @Override
        public @Nullable Publisher<PublishResult> createFailedPublisher() {
            return null;
        }
    }
}
