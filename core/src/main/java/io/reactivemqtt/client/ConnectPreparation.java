package io.reactivemqtt.client;

import org.reactivestreams.Publisher;

/** Prepares each attempt to connect: {@link ClientOptions.Builder#beforeConnect}. */
@FunctionalInterface
public interface ConnectPreparation {

    /**
     * Prepares {@code attempt}. It may delay it, by completing later; change where it goes, or what CONNECT says; or veto it, by
     * an error. Called on the client's event loop, so it MUST NOT block.
     *
     * @return the attempt to make; without an element it is made as it is. An error fails the attempt with a {@link
     *     io.reactivemqtt.exception.ConnectFailedException}, and the {@link ReconnectPolicy} decides about another. It has the
     *     time of {@link ClientOptions#connectTimeout}
     */
    Publisher<ConnectAttempt> prepare(ConnectAttempt attempt);
}
