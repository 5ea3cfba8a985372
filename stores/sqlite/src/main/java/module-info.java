/** Keeps sessions in one SQLite file. */
module io.reactivemqtt.store.sqlite {
    requires transitive io.reactivemqtt.core;
    requires static transitive org.jspecify;
    requires java.sql;
    requires org.xerial.sqlitejdbc;

    exports io.reactivemqtt.store.sqlite;
}
