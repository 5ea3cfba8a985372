package io.reactivemqtt.reactor;

import io.reactivemqtt.client.ClientObserver;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.reactor.ReachedServer.Way;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;

/** What the client does against real Servers over TCP it does in another way too. */
abstract class ReachedEndToEndTest extends EndToEndTest {

    private static final Map<Way, ReachedServer> RUNNING = new EnumMap<>(Way.class);

    private final Way way;

    ReachedEndToEndTest(Way way) {
        super(RUNNING.computeIfAbsent(way, ReachedServer::start));
        this.way = way;
    }

    @AfterAll
    static void end() {
        RUNNING.values().forEach(ReachedServer::close);
        RUNNING.clear();
    }

    @Override
    protected ClientFace create(Consumer<ClientOptions.Builder> options) {
        ReachedServer server = Objects.requireNonNull(RUNNING.get(way));
        return super.create(builder -> options.accept(builder.tls(server::secure)
                .webSocket(webSocket -> webSocket.header("Authorization", "Bearer canary-header"))
                .observer(ClientObserver.logging("end to end"))));
    }
}
