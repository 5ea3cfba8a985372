package io.reactivemqtt.rxjava;

import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.reactor.SubscribeFluxTckTest;
import org.reactivestreams.Publisher;

/** The Reactive Streams TCK for the messages of a subscription as a Flowable. */
class RxSubscribeTckTest extends SubscribeFluxTckTest {

    @Override
    protected Publisher<ReceivedMessage> subscribe(ReactorMqttClient client, SubscribeOptions options) {
        return new RxMqttClient(client).subscribe(options);
    }
}
