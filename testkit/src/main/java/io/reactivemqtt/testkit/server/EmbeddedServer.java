package io.reactivemqtt.testkit.server;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptor;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager;

/**
 * An MQTT Server inside this JVM: Apache Artemis, in memory, on the loopback interface.
 *
 * <p>It needs {@code org.apache.artemis:artemis-server} and {@code artemis-mqtt-protocol} on the class path. It speaks MQTT 5.0
 * and 3.1.1, lets everybody in, keeps as many messages as memory holds and forgets everything when it is closed. Thread-safe.
 */
public final class EmbeddedServer implements AutoCloseable {

    private static final String ACCEPTOR = "mqtt";

    private final EmbeddedActiveMQ artemis;
    private final int port;

    private EmbeddedServer(EmbeddedActiveMQ artemis) {
        this.artemis = artemis;
        this.port = ((NettyAcceptor)
                        artemis.getActiveMQServer().getRemotingService().getAcceptor(ACCEPTOR))
                .getActualPort();
    }

    /**
     * Starts one on a free port; it takes about a second.
     *
     * @throws IllegalStateException if it does not start
     */
    public static EmbeddedServer start() {
        return start(0);
    }

    /**
     * Starts one on {@code port}, so that a Server can come back where another one was.
     *
     * @param port 1 to 65,535, or 0 for a free one
     * @throws IllegalStateException if it does not start
     */
    public static EmbeddedServer start(int port) {
        return start(port, ServerSetup.OPEN);
    }

    /**
     * Starts one on a free port that speaks TLS, also to WebSockets.
     *
     * @param keyStore a PKCS#12 file with its certificate and key
     * @throws IllegalStateException if it does not start
     */
    public static EmbeddedServer secured(Path keyStore, String password) {
        String tls = ";sslEnabled=true;keyStoreType=PKCS12;keyStorePath=" + encoded(keyStore.toString())
                + ";keyStorePassword=" + encoded(password);
        return start(0, ServerSetup.OPEN, tls);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static EmbeddedServer start(int port, ServerSetup setup) {
        return start(port, setup, "");
    }

    private static EmbeddedServer start(int port, ServerSetup setup, String tls) {
        EmbeddedActiveMQ artemis = new EmbeddedActiveMQ();
        try {
            artemis.setConfiguration(configuration(port, setup, tls));
            artemis.setSecurityManager(new OneUser(setup));
            artemis.start();
            return new EmbeddedServer(artemis);
        } catch (Exception e) {
            throw new IllegalStateException("The embedded Server did not start", e);
        }
    }

    private static Configuration configuration(int port, ServerSetup setup, String tls) throws Exception {
        AddressSettings unlimited = new AddressSettings().setMaxSizeBytes(-1).setMaxSizeMessages(-1);
        return new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setSecurityEnabled(setup.isProtected())
                .setJMXManagementEnabled(false)
                .setGlobalMaxSize(-1) // no paging, no blocking of publishers
                .setMaxDiskUsage(-1) // nothing is written, so a full disk is no reason to stop taking messages
                .setAddressSettings(Map.of("#", unlimited))
                .addAcceptorConfiguration(ACCEPTOR, "tcp://127.0.0.1:" + port + "?protocols=MQTT" + tls);
    }

    /** Returns where it listens, as {@code mqtt://127.0.0.1:PORT}. */
    public URI uri() {
        return URI.create("mqtt://127.0.0.1:" + port);
    }

    /**
     * Returns where it listens, as {@code SCHEME://localhost:PORT}.
     *
     * @param scheme {@code mqtt} or {@code ws}; if it is {@linkplain #secured secured} {@code mqtts} or {@code wss}
     */
    public URI uri(String scheme) {
        return URI.create(scheme + "://localhost:" + port);
    }

    int port() {
        return port;
    }

    String version() {
        return artemis.getActiveMQServer().getVersion().getFullVersion();
    }

    /** Closes every client's connection without a word, as a network that fails does; clients may connect again at once. */
    public void dropConnections() {
        for (RemotingConnection connection :
                artemis.getActiveMQServer().getRemotingService().getConnections()) {
            connection.getTransportConnection().forceClose();
        }
    }

    /** Ends the Server with everything it knew. */
    @Override
    public void close() {
        try {
            artemis.stop();
        } catch (Exception e) {
            throw new IllegalStateException("The embedded Server did not stop", e);
        }
    }

    /** Lets one user do everything, and nobody else anything. */
    private record OneUser(ServerSetup setup) implements ActiveMQSecurityManager {

        @Override
        public boolean validateUser(String user, String password) {
            return setup.userName().equals(user) && setup.password().equals(password);
        }

        @Override
        public boolean validateUserAndRole(String user, String password, Set<Role> roles, CheckType checkType) {
            return validateUser(user, password);
        }
    }
}
