/** Keeps sessions in a database by R2DBC. */
module io.reactivemqtt.store.r2dbc {
    requires transitive io.reactivemqtt.core;
    requires io.reactivemqtt.store.common;
    requires static transitive org.jspecify;
    requires transitive r2dbc.spi;
    requires reactor.core;
    requires static r2dbc.postgresql;

    exports io.reactivemqtt.store.r2dbc;
}
