package io.reactivemqtt.testkit.server;

import java.net.URI;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** {@link ServerKind#CONTAINER}: Eclipse Mosquitto in a container. */
final class ContainerServer implements RunningServer {

    private static final String IMAGE = "eclipse-mosquitto:2";
    private static final int PORT = 1883;

    private final GenericContainer<?> container;

    @SuppressWarnings("resource") // closed with this
    ContainerServer(ServerSetup setup) {
        if (setup.isProtected()) {
            throw new UnsupportedOperationException("CONTAINER checks no passwords: MOSQUITTO does");
        }
        String configuration = "listener " + PORT + "\nallow_anonymous true\nmax_queued_messages 0\n"
                + String.join("\n", setup.mosquittoOptions()) + "\n";
        container = new GenericContainer<>(DockerImageName.parse(IMAGE))
                .withExposedPorts(PORT)
                .withCopyToContainer(Transferable.of(configuration), "/mosquitto/config/mosquitto.conf");
        container.start();
    }

    /** Tells whether there is a Docker to ask. */
    static boolean dockerAnswers() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    @Override
    public URI uri() {
        return URI.create("mqtt://" + container.getHost() + ":" + container.getMappedPort(PORT));
    }

    @Override
    public String name() {
        return "container " + IMAGE;
    }

    @Override
    public void close() {
        container.stop();
    }
}
