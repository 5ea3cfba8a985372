package io.reactivemqtt.samples.fleet;

import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ClientState;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLeases;
import io.reactivemqtt.store.r2dbc.R2dbcSessionStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One process of the fleet: has its share of the Sessions, and takes up those of a process that has gone. */
final class Member {

    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration LOOKS_AFTER = Duration.ofMillis(500);

    private final String server;
    private final Database database;
    private final String name;
    private final List<SessionKey> sessions;
    private final R2dbcSessionStore store;
    private final SessionLeases leases;
    private final Map<SessionKey, ReactorMqttClient> clients = new ConcurrentHashMap<>();

    Member(String server, Database database, String name, List<SessionKey> sessions) {
        this.server = server;
        this.database = database;
        this.name = name;
        this.sessions = sessions;
        this.store = R2dbcSessionStore.builder(database.connections())
                .ownerName(name)
                .build();
        this.leases = store.leases(LEASE);
    }

    /** Runs until the process ends. */
    void run() {
        Flux.from(leases.lost()).flatMap(this::leave).subscribe();
        Flux.interval(Duration.ZERO, LOOKS_AFTER)
                .onBackpressureDrop()
                .concatMap(tick -> balance().onErrorComplete(), 1) // the next look tries again
                .blockLast();
    }

    /** Gives one Session away, or takes as many as are missing of this member's share. */
    // #balance
    private Mono<Void> balance() {
        return database.announce(name, LEASE).flatMap(members -> {
            int share = (sessions.size() + members - 1) / members;
            if (clients.size() > share) {
                SessionKey spare = clients.keySet().iterator().next();
                return leave(spare).then(Mono.from(leases.release(spare)));
            }
            return Flux.fromIterable(sessions)
                    .filter(Predicate.not(clients::containsKey))
                    .concatMap(key -> clients.size() < share
                            ? Mono.from(leases.claim(key)).filter(mine -> mine).map(mine -> key)
                            : Mono.empty())
                    .doOnNext(this::enter)
                    .then();
        });
    }

    /** The lease says who tries; opening the Session takes it from whoever had it, and nobody else's changes count any more. */
    private void enter(SessionKey key) {
        ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(server)
                .durableSession(key.clientIdentifier(), Duration.ofHours(1), store)
                .reconnect(policy -> policy.backoff(Duration.ofMillis(50), Duration.ofSeconds(1))
                        .retryFirst(true)));
        clients.put(key, client);
        client.consume(
                        options -> options.filter(key.clientIdentifier() + "/#")
                                .qos(Qos.EXACTLY_ONCE)
                                .in(store.transaction()),
                        (message, connection) -> Database.insert(
                                connection,
                                key.clientIdentifier(),
                                message.payload().asUtf8(),
                                name))
                .retry()
                .subscribe();
        client.states()
                .filter(state -> state.status() == ClientState.Status.STOPPED
                        && leases.held().contains(key))
                .concatMap(stopped -> client.connect().onErrorComplete()) // a zombie had taken it: it is this member's
                .subscribe();
        client.connect().onErrorComplete().subscribe(); // it goes on trying
    }
    // #end

    private Mono<Void> leave(SessionKey key) {
        ReactorMqttClient client = clients.remove(key);
        return client == null ? Mono.empty() : client.disconnect();
    }
}
