package io.reactivemqtt.client;

import io.reactivemqtt.Payload;
import io.reactivemqtt.publisher.ListPublisher;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * One run of an enhanced authentication, from the first data to the Server's success (MQTT 5.0 §4.12). Each answer has the time of
 * {@link ClientOptions#connectTimeout}. An error, or an exception, ends the attempt to connect, or the connection that is
 * re-authenticated.
 */
@FunctionalInterface
public interface AuthenticationExchange {

    /** Returns what the client says first: one element, or none where the method lets the Server begin. */
    Publisher<Payload> begin();

    /**
     * Returns the answer to what the Server says; without one the exchange fails.
     *
     * @param challenge the Server's Authentication Data; empty if it sent none
     */
    default Publisher<Payload> answer(Payload challenge) {
        return ListPublisher.deferred(() -> {
            throw new IllegalStateException(
                    "the Server asks for a step that this method of authentication does not have");
        });
    }

    /**
     * The Server says that it is content. An exchange in which the Server has to show that it knows the secret, too, checks that
     * here. Called on the client's event loop, so it MUST NOT block.
     *
     * @param data the Server's last Authentication Data, or null
     * @throws RuntimeException if the Server has not shown it: the connection is not used
     */
    default void succeeded(@Nullable Payload data) {}

    /**
     * Returns when what was shown expires, by the wall clock, or null: never. Before it, by {@link
     * ClientOptions.Builder#renewBefore}, the client re-authenticates. Asked once the Server is content, on the client's event loop.
     */
    default @Nullable Instant expiresAt() {
        return null;
    }
}
