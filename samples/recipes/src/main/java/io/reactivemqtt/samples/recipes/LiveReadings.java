package io.reactivemqtt.samples.recipes;

import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.OnCancel;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SubscribeOptions.Overflow;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.util.stream.Collectors;
import org.reactivestreams.Publisher;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Server-sent events: each browser looks on, with a buffer of its own, and holds nobody up. */
// #sse
record LiveReadings(ReactorMqttClient client) {

    Publisher<Void> stream(HttpServerRequest request, HttpServerResponse response) {
        return response.sse()
                .sendString(client.subscribe(options -> options.filter("readings/#")
                                .acknowledgement(AcknowledgementMode.WITHOUT_ME)
                                .onCancel(OnCancel.UNSUBSCRIBE)
                                .buffer(100, Overflow.DROP_OLDEST))
                        .map(LiveReadings::event));
    }

    private static String event(ReceivedMessage message) {
        return message.payload().asUtf8().lines().collect(Collectors.joining("\ndata: ", "data: ", "\n\n"));
    }
}
// #end
