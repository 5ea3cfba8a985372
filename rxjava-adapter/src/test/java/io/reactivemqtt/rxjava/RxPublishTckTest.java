package io.reactivemqtt.rxjava;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.reactor.PublishFluxTckTest;
import io.reactivemqtt.reactor.ReactorMqttClient;
import org.reactivestreams.Publisher;

/** The Reactive Streams TCK for the results of a stream of messages as a Flowable. */
class RxPublishTckTest extends PublishFluxTckTest {

    @Override
    protected Publisher<PublishResult> publish(ReactorMqttClient client, Publisher<ApplicationMessage> messages) {
        return new RxMqttClient(client).publish(messages);
    }
}
