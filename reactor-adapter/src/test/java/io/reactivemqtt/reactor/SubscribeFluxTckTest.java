package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.publish0;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SubscribeOptions;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;

/** The Reactive Streams TCK for the messages of a subscription; another face of the client is tested by a subclass. */
public class SubscribeFluxTckTest {

    /** Returns what is tested. */
    protected Publisher<ReceivedMessage> subscribe(ReactorMqttClient client, SubscribeOptions options) {
        return client.subscribe(options);
    }

    @TestFactory
    Stream<DynamicTest> keepsTheRules() {
        return Tck.tests(Verification::new);
    }

    private final class Verification extends PublisherVerification<ReceivedMessage> {

        Verification() {
            super(Tck.environment());
        }

        @Override
        public long maxElementsFromPublisher() {
            return 1000; // what its buffer holds for a subscriber that asks late
        }

        /** The Server sends all messages when somebody subscribes, and then the client is told to disconnect. */
        @Override
        public Publisher<ReceivedMessage> createPublisher(long elements) {
            VirtualClient server = VirtualClient.connected(options -> {});
            Publisher<ReceivedMessage> messages = subscribe(server.client, SubscribeOptions.of("#", Qos.AT_MOST_ONCE));
            return subscriber -> {
                messages.subscribe(subscriber);
                for (int i = 0; i < elements; i++) {
                    server.sends(publish0("a"));
                }
                server.client.disconnect().subscribe();
            };
        }

        /** A client that cannot say what the subscription asks for. */
        @Override
        public Publisher<ReceivedMessage> createFailedPublisher() {
            VirtualClient server =
                    VirtualClient.connected(options -> options.protocolVersion(ProtocolVersion.MQTT_3_1_1));
            return subscribe(server.client, SubscribeOptions.of(options -> options.filter("a")
                    .qos(Qos.AT_MOST_ONCE)
                    .noLocal(true)));
        }
    }
}
