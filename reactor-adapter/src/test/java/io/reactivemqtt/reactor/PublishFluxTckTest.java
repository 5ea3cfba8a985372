package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.qos0;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.PublishResult;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The Reactive Streams TCK for the results of a stream of messages; another face of the client is tested by a subclass. */
public class PublishFluxTckTest {

    /** Returns what is tested. */
    protected Publisher<PublishResult> publish(ReactorMqttClient client, Publisher<ApplicationMessage> messages) {
        return client.publish(messages);
    }

    @TestFactory
    Stream<DynamicTest> keepsTheRules() {
        return Tck.tests(Verification::new);
    }

    private final class Verification extends PublisherVerification<PublishResult> {

        Verification() {
            super(Tck.environment());
        }

        @Override
        public Publisher<PublishResult> createPublisher(long elements) {
            Flux<Integer> numbers = Flux.range(0, (int) Math.min(elements, Integer.MAX_VALUE));
            return publish(VirtualClient.connected(options -> {}).client, numbers.map(i -> qos0("a")));
        }

        @Override
        public Publisher<PublishResult> createFailedPublisher() {
            return publish(
                    VirtualClient.connected(options -> {}).client, Mono.error(new IllegalStateException("source")));
        }
    }
}
