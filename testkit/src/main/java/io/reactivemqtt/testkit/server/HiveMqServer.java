package io.reactivemqtt.testkit.server;

import com.hivemq.embedded.EmbeddedHiveMQ;
import com.hivemq.embedded.EmbeddedHiveMQBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * {@link ServerKind#HIVEMQ}: HiveMQ Community Edition inside this JVM, in memory, on the loopback interface. Strict, and exact at
 * QoS 2 over cuts and crashes; it takes some seconds to start.
 *
 * <p>It needs {@code com.hivemq:hivemq-community-edition-embedded} on the class path.
 */
public final class HiveMqServer implements RunningServer {

    private static final long PATIENCE_SECONDS = 60;

    private final Path directory;
    private final int port;
    private final EmbeddedHiveMQ hiveMq;
    private final String name;

    /**
     * Starts one on a free port.
     *
     * @throws IllegalStateException if it does not start
     */
    public HiveMqServer() {
        this(changes -> {});
    }

    HiveMqServer(ServerSetup setup) {
        this(changes -> {
            if (setup.isProtected()) {
                throw new UnsupportedOperationException(
                        "HIVEMQ needs an extension to check passwords: leave it out here");
            }
        });
    }

    /**
     * Starts one on a free port, with changes such as an embedded extension.
     *
     * @throws IllegalStateException if it does not start
     */
    public HiveMqServer(Consumer<EmbeddedHiveMQBuilder> changes) {
        EmbeddedHiveMQBuilder builder = EmbeddedHiveMQ.builder();
        changes.accept(builder);
        directory = TemporaryDirectory.create("mqtt-server-");
        port = FreePort.find(); // it takes no 0
        String version = EmbeddedHiveMQ.class.getPackage().getImplementationVersion();
        name = "hivemq-ce" + (version == null ? "" : " " + version);
        try {
            hiveMq = builder.withConfigurationFolder(writeConfiguration())
                    .withDataFolder(Files.createDirectory(directory.resolve("data")))
                    .withExtensionsFolder(Files.createDirectory(directory.resolve("extensions")))
                    .withoutLoggingBootstrap()
                    .build();
            hiveMq.start().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (IOException | ExecutionException | TimeoutException e) {
            TemporaryDirectory.delete(directory);
            throw new IllegalStateException("HiveMQ did not start on port " + port, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while HiveMQ started", e);
        }
    }

    private Path writeConfiguration() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("conf"));
        Files.writeString(folder.resolve("config.xml"), """
                <?xml version="1.0" encoding="UTF-8"?>
                <hivemq>
                    <listeners>
                        <tcp-listener>
                            <port>%d</port>
                            <bind-address>127.0.0.1</bind-address>
                        </tcp-listener>
                    </listeners>
                    <mqtt>
                        <queued-messages>
                            <max-queue-size>10000000</max-queue-size>
                        </queued-messages>
                    </mqtt>
                    <persistence>
                        <mode>in-memory</mode>
                    </persistence>
                    <anonymous-usage-statistics>
                        <enabled>false</enabled>
                    </anonymous-usage-statistics>
                </hivemq>
                """.formatted(port));
        return folder;
    }

    @Override
    public URI uri() {
        return URI.create("mqtt://127.0.0.1:" + port);
    }

    @Override
    public String name() {
        return name;
    }

    /** Lets it end by itself: waiting for that takes four seconds, and nobody needs its port. */
    @Override
    public void close() {
        CompletableFuture<Void> unused =
                hiveMq.stop().whenComplete((stopped, failure) -> TemporaryDirectory.delete(directory));
    }
}
