package io.reactivemqtt.client;

import io.reactivemqtt.client.ClientEvent.Connected;
import io.reactivemqtt.client.ClientEvent.Disconnected;
import io.reactivemqtt.client.ClientEvent.SessionRecovered;
import io.reactivemqtt.client.ClientEvent.SessionResumed;
import io.reactivemqtt.client.ClientEvent.StandingBy;
import io.reactivemqtt.client.ClientEvent.SubscriptionRestored;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Packet;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lines that answer most questions of those who run a client. */
final class LoggingObserver implements ClientObserver {

    static final String LOGGER = "io.reactivemqtt.client";

    /** What is as it should be; all else is told because somebody may have to see to it. */
    private static final Set<Class<? extends ClientEvent>> LIFE = Set.of(
            Connected.class,
            Disconnected.class,
            SessionResumed.class,
            SessionRecovered.class,
            StandingBy.class,
            SubscriptionRestored.class);

    private final Logger logger = System.getLogger(LOGGER);
    private final String name;

    LoggingObserver(String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    @Override
    public void connecting(URI server, int reconnect, @Nullable MqttException lastFailure) {
        String again = reconnect == 0 ? "" : ", attempt " + reconnect;
        String after = lastFailure == null ? "" : ", after: " + lastFailure.getMessage();
        log(Level.DEBUG, "connecting to " + server + again + after);
    }

    @Override
    public void event(ClientEvent event) {
        log(LIFE.contains(event.getClass()) ? Level.INFO : Level.WARNING, event);
    }

    @Override
    public boolean wantsPackets() {
        return logger.isLoggable(Level.TRACE);
    }

    @Override
    public void packetSent(Packet packet) {
        log(Level.TRACE, "sent " + packet);
    }

    @Override
    public void packetReceived(Packet packet) {
        log(Level.TRACE, "received " + packet);
    }

    private void log(Level level, Object words) {
        if (logger.isLoggable(level)) {
            logger.log(level, name + ": " + words);
        }
    }
}
