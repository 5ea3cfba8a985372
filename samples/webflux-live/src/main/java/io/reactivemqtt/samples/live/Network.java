package io.reactivemqtt.samples.live;

import io.reactivemqtt.spring.boot.MqttConnectionDetails;
import io.reactivemqtt.testkit.server.EmbeddedServer;
import io.reactivemqtt.testkit.server.FaultProxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The Server, and between it and the client of this service a network that can be cut. */
@Component
class Network implements MqttConnectionDetails, AutoCloseable {

    private final @Nullable EmbeddedServer embedded;
    private final URI server;
    private final FaultProxy proxy;

    Network(@Value("${live.server:}") String given) {
        this.embedded = given.isEmpty() ? EmbeddedServer.start() : null;
        this.server = embedded == null ? URI.create(given) : embedded.uri();
        this.proxy = FaultProxy.to(server);
    }

    /** Returns where the Server is, past the network that is cut. */
    URI server() {
        return server;
    }

    @Override
    public List<URI> servers() {
        return List.of(proxy.uri());
    }

    /** Cuts all connections through it, and lets nothing through for so long. */
    Mono<Void> cut(Duration time) {
        return Mono.fromRunnable(proxy::goDown).then(Mono.delay(time)).then(Mono.fromRunnable(proxy::comeBack));
    }

    @Override
    public void close() {
        proxy.close();
        if (embedded != null) {
            embedded.close();
        }
    }
}
