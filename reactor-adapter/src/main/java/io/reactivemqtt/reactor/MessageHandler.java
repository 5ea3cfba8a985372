package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.engine.subscribe.Arrival;
import io.reactivemqtt.engine.subscribe.Consumption;
import io.reactivemqtt.exception.MqttException;
import java.util.List;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.SynchronousSink;

/** What the application does with messages. */
final class MessageHandler implements Consumption.Handler {

    private final ReactorMqttClient client;
    private final Function<? super ApplicationMessage, ? extends Publisher<?>> keep;
    private final Function<? super List<Arrival>, ? extends Publisher<?>> handler;

    /** Makes one; {@code keep} puts a message into the session store. */
    MessageHandler(
            ReactorMqttClient client,
            Function<? super ApplicationMessage, ? extends Publisher<?>> keep,
            Function<? super List<Arrival>, ? extends Publisher<?>> handler) {
        this.client = client;
        this.keep = keep;
        this.handler = handler;
    }

    @Override
    public Publisher<?> process(List<Arrival> messages) {
        return handler.apply(messages);
    }

    /** Where there is no store, only the Server can keep it; a letter that was dropped is not kept. */
    @Override
    public Publisher<?> publishDeadLetter(ApplicationMessage letter) {
        return client.options().sessionStore() == null
                ? client.publish(letter).handle(MessageHandler::unlessDropped)
                : keep.apply(letter);
    }

    private static void unlessDropped(PublishResult result, SynchronousSink<PublishResult> sink) {
        MqttException failure = result.failure();
        if (failure == null) {
            sink.next(result);
        } else {
            sink.error(failure);
        }
    }
}
