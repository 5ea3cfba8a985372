package io.reactivemqtt.client;

import org.reactivestreams.Publisher;

/** Has the credentials of each CONNECT, such as a token that expires: {@link ClientOptions.Builder#credentials}. */
@FunctionalInterface
public interface CredentialsProvider {

    /**
     * Returns the credentials of one CONNECT; asked before each. Called on the client's event loop, so it MUST NOT block.
     *
     * <p>With a provider, a Server that refuses the credentials ({@code BAD_USER_NAME_OR_PASSWORD}, {@code NOT_AUTHORIZED}) does
     * not stop the client: the next attempt comes with new ones.
     *
     * @param attempt its {@linkplain ConnectAttempt#lastFailure last failure} says whether the Server has refused the last ones
     * @return one element. Without it, or with an error, the attempt fails with a {@link
     *     io.reactivemqtt.exception.ConnectFailedException}, and the {@link ReconnectPolicy} decides about another. It has the
     *     time of {@link ClientOptions#connectTimeout}
     */
    Publisher<Credentials> credentials(ConnectAttempt attempt);
}
