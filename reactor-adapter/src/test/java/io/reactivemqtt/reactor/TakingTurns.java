package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ClientState.Status;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.store.SessionLeases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import reactor.core.Disposable;

/** Processes that a test is all of, with one Session, and what their callers were told. */
final class TakingTurns {

    static final ApplicationMessage MESSAGE = ApplicationMessage.of("a", "1", Qos.AT_LEAST_ONCE);

    final StrictStore store = new StrictStore();
    final SharedLeases leases = new SharedLeases();
    final List<String> signals = new ArrayList<>();

    VirtualClient client(SessionLeases process) {
        return client(process, options -> {});
    }

    VirtualClient client(SessionLeases process, Consumer<ClientOptions.Builder> more) {
        return VirtualClient.create(options -> {
            options.durableSession("c", Duration.ofHours(1), store).standby(process);
            more.accept(options);
        });
    }

    Disposable connects(VirtualClient client, String name) {
        return client.client
                .connect()
                .subscribe(
                        result -> signals.add(name + " connected"),
                        error -> signals.add(
                                name + " failed: " + error.getClass().getSimpleName()));
    }

    VirtualClient connected(SessionLeases process, String name) {
        VirtualClient client = client(process);
        connects(client, name);
        client.accept(false);
        return client;
    }

    /** One that takes no turns takes the Session from {@code active}. */
    void takenOutOfTurn(VirtualClient active) {
        VirtualClient careless =
                VirtualClient.create(options -> options.durableSession("c", Duration.ofHours(1), store));
        connects(careless, "careless");
        careless.accept(true);
        isToldOfAnother(active);
    }

    static void isToldOfAnother(VirtualClient active) {
        active.sends(new Disconnect(ReasonCode.SESSION_TAKEN_OVER));
    }

    static Status statusOf(VirtualClient client) {
        return client.client.state().status();
    }
}
