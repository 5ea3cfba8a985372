package io.reactivemqtt.engine.publish;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.exception.MqttException;

/** One message of a stream. */
final class StreamFlow extends PublishFlow {

    final PublishStream stream;

    StreamFlow(PublishStream stream, ApplicationMessage message) {
        super(message);
        this.stream = stream;
    }

    @Override
    public Publishing publishing() {
        return stream.publishing();
    }

    @Override
    public void succeeded(PublishResult result) {
        stream.done(result);
    }

    @Override
    public void failed(MqttException cause) {
        stream.done(PublishResult.failed(message(), cause));
    }
}
