package io.reactivemqtt.client;

import org.reactivestreams.Publisher;

/**
 * Decides whether a Server may be connected to, after its certificate was found valid: {@link
 * TlsOptions.Builder#serverCertificateCheck}.
 */
@FunctionalInterface
public interface ServerCertificateCheck {

    /**
     * Decides about one connection, after the TLS handshake and before anything of MQTT is sent. Called on the client's event
     * loop, so it MUST NOT block.
     *
     * @return completes if the Server is accepted, whatever it emits; an error refuses it and becomes the cause of the {@link
     *     io.reactivemqtt.exception.ConnectFailedException}. It has the time of {@link TlsOptions#handshakeTimeout}, counted anew
     */
    Publisher<?> check(TlsSession session);
}
