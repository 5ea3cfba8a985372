package io.reactivemqtt.client;

import io.reactivemqtt.Payload;
import java.util.Objects;
import java.util.function.Function;
import org.reactivestreams.Publisher;

/**
 * One method of enhanced authentication (MQTT 5.0 §4.12): {@link ClientOptions.Builder#authenticator}. {@link ScramSha256} is one.
 *
 * <p>Its methods and those of its exchanges are called on a thread that may block, one after the other for one connection.
 */
public interface Authenticator {

    /** Returns the Authentication Method, by which the Server knows it; always the same. */
    String method();

    /** Begins to authenticate: before a CONNECT, and again for a re-authentication. */
    AuthenticationExchange begin(ConnectAttempt attempt);

    /**
     * Returns a method of one step, such as a token: what {@code data} emits is said at once, and a Server that asks for more is not
     * answered.
     *
     * @param data has the Authentication Data of one CONNECT or re-authentication: one element
     */
    static Authenticator ofOneStep(String method, Function<? super ConnectAttempt, ? extends Publisher<Payload>> data) {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(data, "data");
        return new Authenticator() {
            @Override
            public String method() {
                return method;
            }

            @Override
            public AuthenticationExchange begin(ConnectAttempt attempt) {
                return () -> data.apply(attempt);
            }
        };
    }
}
