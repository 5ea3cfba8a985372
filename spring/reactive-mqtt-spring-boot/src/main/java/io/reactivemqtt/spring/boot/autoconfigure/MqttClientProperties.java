package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.QueueFullPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of a client. What is not set stays as the client has it.
 *
 * @param servers Where to connect: mqtt, mqtts, ws, wss or mqtt+unix; several are tried in their order. Default: mqtt://localhost:1883.
 * @param clientId Client Identifier, without which no Session survives a restart. Default: random. One of several clients that has none is
 *     called as all are, with a hyphen and its name.
 * @param username User name.
 * @param password Password, or a token.
 * @param protocolVersion Version of MQTT. Default: mqtt-5-0.
 * @param keepAlive Keep Alive interval. Default: 60s.
 * @param receiveMaximum How many QoS 1 and 2 messages may arrive without being acknowledged. Default: 256.
 * @param connectTimeout How long the Server may take to accept a connection. Default: 10s.
 * @param startup What the start of the application waits for.
 * @param ssl Settings of TLS.
 * @param session What is kept of the Session.
 * @param reconnect How a lost connection is re-established.
 * @param queue Messages that wait to be sent.
 * @param will What the Server publishes when it loses this client.
 * @param shutdown How the application leaves.
 */
@ConfigurationProperties("reactive-mqtt")
public record MqttClientProperties(
        @DefaultValue List<URI> servers,
        @Nullable String clientId,
        @Nullable String username,
        @Nullable String password,
        @Nullable ProtocolVersion protocolVersion,
        @Nullable Duration keepAlive,
        @Nullable Integer receiveMaximum,
        @Nullable Duration connectTimeout,
        @DefaultValue("try") Startup startup,
        @DefaultValue Ssl ssl,
        @DefaultValue Session session,
        @DefaultValue Reconnect reconnect,
        @DefaultValue Queue queue,
        @DefaultValue Will will,
        @DefaultValue Shutdown shutdown) {

    /** What the start of the application waits for. */
    public enum Startup {
        /** The first attempt: if the Server refuses it for good, the start fails; if there is no Server, the client goes on trying. */
        TRY,
        /** The connection: without it the start fails. */
        REQUIRE,
        /** Nothing: the client tries, and its health says how it goes. */
        BACKGROUND,
        /** Nothing, and nothing is tried: the application calls connect(). */
        MANUAL
    }

    /**
     * Settings of TLS.
     *
     * @param bundle SSL bundle with trust and client certificate. After an update of the bundle, the next connection uses the new one.
     */
    public record Ssl(@Nullable String bundle) {}

    /**
     * What is kept of the Session.
     *
     * @param expiry How long the Server keeps the Session after a connection has ended. Default: not at all.
     * @param store Where this client keeps its part of a Session that lasts. Default: a bean of type SessionStore.
     * @param sqlite Settings of the store in a file.
     * @param standby Stands by for other processes with this Session in its store, and has it so long after they are gone, or at once where they leave. Default: whoever connects last has the Session.
     */
    public record Session(
            @Nullable Duration expiry,
            @Nullable Store store,
            @DefaultValue Sqlite sqlite,
            @Nullable Duration standby) {}

    /** Where a client keeps its part of the Session. */
    public enum Store {
        /** In memory: messages that are on their way when the process ends may be lost or repeated. */
        NONE,
        /** In a file, by the artifact reactive-mqtt-store-sqlite. */
        SQLITE,
        /** In the application's PostgreSQL, by the artifact reactive-mqtt-store-r2dbc and the bean of type ConnectionFactory. */
        R2DBC
    }

    /**
     * Settings of the store in a file.
     *
     * @param path The file. It is made if there is none.
     */
    public record Sqlite(@Nullable Path path) {}

    /**
     * How a lost connection is re-established.
     *
     * @param firstDelay Bound of the first delay. The bound doubles with each attempt; the delay is a random part of it. Default: 500ms.
     * @param longestDelay The largest bound. Default: 2m.
     * @param resetAfter How long a connection lasts until the delays begin anew. Default: 60s.
     * @param maxElapsed After how long without a connection it is given up. Default: never.
     */
    public record Reconnect(
            @DefaultValue("500ms") Duration firstDelay,
            @DefaultValue("2m") Duration longestDelay,
            @Nullable Duration resetAfter,
            @Nullable Duration maxElapsed) {}

    /**
     * Messages that wait to be sent.
     *
     * @param maxMessages How many may wait. Default: 10000.
     * @param maxSize How large they may be together. Default: 64MB.
     * @param whenFull What becomes of one more. Default: fail.
     */
    public record Queue(
            @Nullable Integer maxMessages,
            @Nullable DataSize maxSize,
            @Nullable QueueFullPolicy whenFull) {}

    /**
     * What the Server publishes when it loses this client.
     *
     * @param topic Topic Name. Without it there is no Will.
     * @param payload Payload, as text.
     * @param qos Quality of Service.
     * @param retain Whether it is retained.
     * @param delay How long the Server waits for the client to come back. Default: not at all.
     */
    public record Will(
            @Nullable String topic,
            @DefaultValue("") String payload,
            @DefaultValue("at-least-once") Qos qos,
            @DefaultValue("false") boolean retain,
            @Nullable Duration delay) {}

    /**
     * How the application leaves.
     *
     * @param drainTimeout How long it waits at most for messages that are on their way.
     */
    public record Shutdown(@DefaultValue("20s") Duration drainTimeout) {}

    /** Leaves the secrets out. */
    @Override
    public String toString() {
        return "MqttClientProperties[servers=" + servers + ", clientId=" + clientId + ", session=" + session + "]";
    }
}
