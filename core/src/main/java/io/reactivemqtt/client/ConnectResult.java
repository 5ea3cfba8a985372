package io.reactivemqtt.client;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.packet.ConnAck;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What {@code connect()} has brought about.
 *
 * @param connAck what the Server announced
 * @param server the URI of the Server that is connected
 * @param protocolVersion the version of MQTT that is spoken: see {@link SessionOptions.Builder#fallBackToMqtt311}
 * @param tls what the TLS handshake has negotiated; null without TLS
 */
public record ConnectResult(
        ConnAck connAck,
        URI server,
        ProtocolVersion protocolVersion,
        @Nullable TlsSession tls) {

    /** Returns whether the Server resumes a Session that it had (MQTT 5.0 §3.2.2.1.1). */
    public boolean sessionPresent() {
        return connAck.sessionPresent();
    }
}
