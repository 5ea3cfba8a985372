package io.reactivemqtt.reliability.nemesis;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.reactivemqtt.testsupport.RunningPostgreSql;
import java.time.Duration;

/** How the pods and the harness connect to the database. */
final class Databases {

    static final int PORT = 5432;

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int MOST_CONNECTIONS = 8;

    private Databases() {}

    /**
     * Returns how to connect.
     *
     * @param name what the database calls whoever connects
     */
    static PostgresqlConnectionFactory connections(String address, String name) {
        return new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(address)
                .port(PORT)
                .username(RunningPostgreSql.USER)
                .database(RunningPostgreSql.USER)
                .applicationName(name)
                .connectTimeout(PATIENCE)
                .tcpKeepAlive(true)
                .build());
    }

    static ConnectionPool pool(String address, String name) {
        return new ConnectionPool(ConnectionPoolConfiguration.builder(connections(address, name))
                .initialSize(0)
                .maxSize(MOST_CONNECTIONS)
                .maxAcquireTime(PATIENCE)
                .build());
    }
}
