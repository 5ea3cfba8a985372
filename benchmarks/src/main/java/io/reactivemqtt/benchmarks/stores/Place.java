package io.reactivemqtt.benchmarks.stores;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.store.r2dbc.R2dbcSessionStore;
import io.reactivemqtt.store.redis.RedisSessionStore;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import io.reactivemqtt.testkit.server.TemporaryDirectory;
import io.reactivemqtt.testsupport.RunningPostgreSql;
import io.reactivemqtt.testsupport.RunningRedis;
import java.io.Closeable;
import java.io.IOException;

/** A store with its engine on this machine, at the settings that lose nothing when that is killed. */
interface Place extends Closeable {

    SessionStore store();

    /** The stores that are compared. */
    enum Kind {
        SQLITE("SQLite") {
            @Override
            Place open() {
                SqliteSessionStore store = SqliteSessionStore.at(
                        TemporaryDirectory.create("stores-").resolve("sessions.db"));
                return place(store, store::close);
            }
        },
        POSTGRESQL("PostgreSQL") {
            @Override
            Place open() {
                RunningPostgreSql server =
                        RunningPostgreSql.start("synchronous_commit=on").orElseThrow(() -> missing("postgresql"));
                ConnectionPool pool = new ConnectionPool(
                        ConnectionPoolConfiguration.builder(new PostgresqlConnectionFactory(configuration(server)))
                                .initialSize(0)
                                .maxSize(CONNECTIONS)
                                .build());
                return place(R2dbcSessionStore.at(pool), () -> {
                    pool.dispose();
                    server.close();
                });
            }
        },
        REDIS("Redis") {
            @Override
            Place open() throws Exception {
                RunningRedis server =
                        RunningRedis.start(RunningRedis.DURABLE).orElseThrow(() -> missing("redis-server"));
                RedisClient client = RedisClient.create();
                return place(RedisSessionStore.at(client, RedisURI.create("127.0.0.1", server.port())), () -> {
                    client.shutdown();
                    server.close();
                });
            }
        };

        private static final int CONNECTIONS = 5;

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        abstract Place open() throws Exception;

        private static IllegalStateException missing(String name) {
            return new IllegalStateException("Debian's package " + name + " is not here");
        }

        private static PostgresqlConnectionConfiguration configuration(RunningPostgreSql server) {
            return PostgresqlConnectionConfiguration.builder()
                    .host("127.0.0.1")
                    .port(server.port())
                    .username(RunningPostgreSql.USER)
                    .database(RunningPostgreSql.USER)
                    .build();
        }

        private static Place place(SessionStore store, Closeable end) {
            return new Place() {
                @Override
                public SessionStore store() {
                    return store;
                }

                @Override
                public void close() throws IOException {
                    end.close();
                }
            };
        }

        @Override
        public String toString() {
            return title;
        }
    }
}
