package io.reactivemqtt.reactor;

import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.store.InMemorySessionStore;
import java.util.Objects;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/** Clients over one store, each of which takes the Session over from the one before, as after a crash. */
final class Restarts {

    final InMemorySessionStore store = new InMemorySessionStore();

    VirtualClient create() {
        return create(options -> {});
    }

    VirtualClient create(Consumer<ClientOptions.Builder> more) {
        return VirtualClient.create(options -> {
            options.cleanSession(false).sessionStore(store);
            more.accept(options);
        });
    }

    VirtualClient connected(boolean sessionPresent) {
        return connected(create(), sessionPresent);
    }

    /** Connects, and forgets what was sent up to CONNACK. */
    static VirtualClient connected(VirtualClient client, boolean sessionPresent) {
        client.client.connect().subscribe();
        client.opens();
        client.sent();
        client.sends(ConnAck.accepted(sessionPresent));
        return client;
    }

    /** Returns what a publisher emits at once. */
    static <T> T get(Mono<T> mono) {
        return Objects.requireNonNull(mono.block());
    }
}
