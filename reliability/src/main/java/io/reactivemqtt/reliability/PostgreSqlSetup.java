package io.reactivemqtt.reliability;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.store.r2dbc.R2dbcSessionStore;
import io.reactivemqtt.testsupport.RunningPostgreSql;
import java.nio.file.Path;

/** What an application works with whose machines come and go. */
final class PostgreSqlSetup implements ChildSetup {

    PostgreSqlSetup() {}

    @Override
    public SessionStore store(Path directory) {
        return R2dbcSessionStore.at(new ConnectionPool(ConnectionPoolConfiguration.builder(
                        new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                                .host("127.0.0.1")
                                .port(Integer.getInteger(Store.PORT))
                                .username(RunningPostgreSql.USER)
                                .database(RunningPostgreSql.USER)
                                .build()))
                .initialSize(0)
                .build()));
    }
}
