package io.reactivemqtt.rxjava;

import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.reactor.ReceivedMessage;
import io.reactivemqtt.reactor.SubscribeFluxTckTest;
import io.reactivemqtt.reactor.SubscriptionOptions;
import org.reactivestreams.Publisher;

/** The Reactive Streams TCK for the messages of a subscription as a Flowable. */
class RxSubscribeTckTest extends SubscribeFluxTckTest {

    @Override
    protected Publisher<ReceivedMessage> subscribe(ReactorMqttClient client, SubscriptionOptions options) {
        return new RxMqttClient(client).subscribe(options);
    }
}
