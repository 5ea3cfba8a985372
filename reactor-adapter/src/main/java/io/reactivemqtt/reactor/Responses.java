package io.reactivemqtt.reactor;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.client.OnCancel;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.exception.ClientClosedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** The responses that come by one subscription, each for the request that waits for it. Loop only. */
final class Responses {

    /** Tells by what the request of a response is known; null if by nothing. */
    interface Keys {
        @Nullable
        Object of(ReceivedMessage response);
    }

    private final Requests requests;
    private final TopicFilter topicFilter;
    private final Keys keys;
    private final Map<Object, Exchange> waiting = new HashMap<>();

    /** Those that are to leave when the Server has granted the subscription. */
    private final List<Exchange> beforeGrant = new ArrayList<>(1);

    private boolean granted;
    private Disposable subscription = Disposables.disposed();

    Responses(Requests requests, TopicFilter topicFilter, Keys keys) {
        this.requests = requests;
        this.topicFilter = topicFilter;
        this.keys = keys;
    }

    void begin() {
        subscription = requests.client
                .subscribe(options -> options.filter(topicFilter)
                        .onCancel(OnCancel.UNSUBSCRIBE)
                        .onGranted(this::granted))
                .subscribe(this::arrived, this::ended, () -> ended(new ClientClosedException("the request")));
    }

    private void granted(ReasonCode answer) {
        granted = !answer.isError(); // else it ends with that error
        if (granted) {
            List<Exchange> ready = List.copyOf(beforeGrant);
            beforeGrant.clear();
            ready.forEach(Exchange::send);
        }
    }

    /** Lets {@code exchange} leave when its response can come; false if there is one with its key already. */
    boolean expect(Object key, Exchange exchange) {
        if (waiting.putIfAbsent(key, exchange) != null) {
            return false;
        }
        if (granted) {
            exchange.send();
        } else {
            beforeGrant.add(exchange);
        }
        return true;
    }

    /** {@code exchange} waits no more. */
    void forget(Object key, Exchange exchange) {
        waiting.remove(key, exchange);
        beforeGrant.remove(exchange);
        if (waiting.isEmpty()) {
            requests.idle(this);
        }
    }

    /** Tells whether a request waits for a response. */
    boolean isAwaited() {
        return !waiting.isEmpty();
    }

    /** Unsubscribes. */
    void end() {
        subscription.dispose();
        requests.ended(topicFilter, this);
    }

    private void arrived(ReceivedMessage response) {
        Object key = keys.of(response);
        if (key == null) {
            return; // no response to a request of this client
        }
        Exchange exchange = waiting.get(key);
        if (exchange != null) {
            exchange.answered(response);
            return;
        }
        String text = key.toString();
        if (text.endsWith(RequestConvention.ERROR_LEVEL)) {
            exchange = waiting.get(text.substring(0, text.length() - RequestConvention.ERROR_LEVEL.length()));
            if (exchange != null) {
                exchange.failedThere(response.payload().asUtf8());
            }
        } // else it comes again, or too late
    }

    private void ended(Throwable cause) {
        requests.ended(topicFilter, this);
        List.copyOf(waiting.values()).forEach(exchange -> exchange.fail(cause));
    }
}
