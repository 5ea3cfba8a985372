package io.reactivemqtt.reactor;

import static io.reactivemqtt.ProtocolVersion.MQTT_3_1_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientObserver;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an observer hears, and that nobody hears of its mistakes. */
class ObserverTest {

    private static final class Listener implements ClientObserver {
        final List<String> heard = new ArrayList<>();
        boolean packets = true;

        @Override
        public void connecting(URI server, int reconnect, @Nullable MqttException lastFailure) {
            heard.add("connecting to " + server + ", reconnect " + reconnect
                    + (lastFailure == null
                            ? ""
                            : ", after a " + lastFailure.getClass().getSimpleName()));
        }

        @Override
        public void event(ClientEvent event) {
            heard.add(event.getClass().getSimpleName());
        }

        @Override
        public boolean wantsPackets() {
            return packets;
        }

        @Override
        public void packetSent(Packet packet) {
            heard.add("sent " + packet.type());
        }

        @Override
        public void packetReceived(Packet packet) {
            heard.add("received " + packet.type());
        }
    }

    private static ApplicationMessage message() {
        return ApplicationMessage.of("a", "canary-payload", Qos.AT_LEAST_ONCE);
    }

    @Test
    void observerHearsOfAttemptsPacketsAndEventsInTheirOrder() {
        Listener listener = new Listener();
        VirtualClient server = VirtualClient.connected(options -> options.observer(listener));

        server.client.publish(message()).subscribe();
        server.sends(new PubAck(1, ReasonCode.SUCCESS));

        assertThat(listener.heard)
                .containsExactly(
                        "connecting to mqtt://localhost:1883, reconnect 0",
                        "sent CONNECT",
                        "received CONNACK",
                        "Connected",
                        "sent PUBLISH",
                        "received PUBACK");
    }

    @Test
    void observerHearsWhichAttemptItIsAndWhatTheLastOneFailedWith() {
        Listener listener = new Listener();
        VirtualClient server = VirtualClient.connected(options -> options.observer(listener));
        listener.heard.clear();

        server.cuts();
        server.passes(Duration.ofMinutes(2));
        server.refusesTcp(new ConnectException("refused"));
        server.passes(Duration.ofMinutes(2));

        assertThat(listener.heard)
                .containsSubsequence(
                        "Disconnected",
                        "ReconnectScheduled",
                        "connecting to mqtt://localhost:1883, reconnect 1, after a ConnectionLostException",
                        "ReconnectScheduled",
                        "connecting to mqtt://localhost:1883, reconnect 2, after a ConnectFailedException");
    }

    @Test
    void observerThatWantsNoPacketsHearsOfNone() {
        Listener listener = new Listener();
        listener.packets = false;
        VirtualClient server = VirtualClient.connected(options -> options.observer(listener));

        server.client.publish(message()).subscribe();

        assertThat(listener.heard).containsExactly("connecting to mqtt://localhost:1883, reconnect 0", "Connected");
        assertThat(server.sent()).hasExactlyElementsOfTypes(Publish.class);
    }

    @Test
    void whatAnObserverThrowsIsDroppedAndTheClientGoesOn() {
        ClientObserver broken = new ClientObserver() {
            @Override
            public void connecting(URI server, int reconnect, @Nullable MqttException lastFailure) {
                throw new IllegalStateException("connecting");
            }

            @Override
            public void event(ClientEvent event) {
                throw new IllegalStateException("event");
            }

            @Override
            public boolean wantsPackets() {
                return true;
            }

            @Override
            public void packetSent(Packet packet) {
                throw new IllegalStateException("sent");
            }

            @Override
            public void packetReceived(Packet packet) {
                throw new IllegalStateException("received");
            }
        };
        VirtualClient server = VirtualClient.connected(options -> options.observer(broken));

        server.client.publish(message()).subscribe();

        assertThat(server.sent()).hasExactlyElementsOfTypes(Publish.class);
    }

    // ---- lines

    private static final class Lines extends Handler implements AutoCloseable {
        final List<String> lines = new ArrayList<>();
        private final Logger logger = Logger.getLogger("io.reactivemqtt.client");

        Lines(Level level) {
            logger.setUseParentHandlers(false);
            logger.setLevel(level);
            logger.addHandler(this);
        }

        @Override
        public void publish(LogRecord line) {
            lines.add(line.getLevel() + " " + line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.removeHandler(this);
            logger.setLevel(null);
            logger.setUseParentHandlers(true);
        }
    }

    @Test
    void linesTellTheLifeOfAConnectionAndWarnOfWhatIsTriedAgain() {
        try (Lines log = new Lines(Level.INFO)) {
            VirtualClient server =
                    VirtualClient.connected(options -> options.observer(ClientObserver.logging("meter 7")));
            server.client.publish(message()).subscribe();
            server.cuts();

            assertThat(log.lines).hasSize(3).satisfies(lines -> {
                assertThat(lines.get(0)).startsWith("INFO meter 7: Connected[");
                assertThat(lines.get(1))
                        .startsWith("INFO meter 7: Disconnected[")
                        .contains("the connection was lost");
                assertThat(lines.get(2)).startsWith("WARNING meter 7: ReconnectScheduled[attempt=1");
            });
        }
    }

    @Test
    void linesAtTraceShowPacketsWithoutPayloadsAndSecrets() {
        try (Lines log = new Lines(Level.FINER)) {
            VirtualClient server = VirtualClient.connected(options -> options.protocolVersion(MQTT_3_1_1)
                    .userName("somebody")
                    .password("canary-password")
                    .observer(ClientObserver.logging("meter 7")));
            server.client.publish(message()).subscribe();
            server.sends(new PubAck(1, ReasonCode.SUCCESS));

            assertThat(log.lines)
                    .anySatisfy(line -> assertThat(line).startsWith("FINER meter 7: sent Connect["))
                    .anySatisfy(line -> assertThat(line).startsWith("FINER meter 7: received ConnAck["))
                    .anySatisfy(line -> assertThat(line)
                            .startsWith("FINER meter 7: sent Publish[")
                            .contains("QoS 1"))
                    .anySatisfy(line -> assertThat(line).startsWith("FINER meter 7: received PubAck["))
                    .anySatisfy(
                            line -> assertThat(line).startsWith("FINE meter 7: connecting to mqtt://localhost:1883"))
                    .noneSatisfy(line -> assertThat(line).containsAnyOf("canary-", "somebody"));
        }
    }
}
