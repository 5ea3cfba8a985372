package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.MqttException;

/** One message of a stream. */
final class StreamFlow extends EngineFlow {

    final PublishStream stream;

    StreamFlow(PublishStream stream, ApplicationMessage message) {
        super(message);
        this.stream = stream;
    }

    @Override
    Publishing publishing() {
        return stream.publishing();
    }

    @Override
    void succeeded(PublishResult result) {
        stream.done(result);
    }

    @Override
    public void failed(MqttException cause) {
        stream.done(PublishResult.failed(message(), cause));
    }

    @Override
    void forgotten() {
        stream.done(null);
    }
}
