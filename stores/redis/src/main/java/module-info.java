/** Keeps sessions in Redis by Lettuce. */
module io.reactivemqtt.store.redis {
    requires transitive io.reactivemqtt.core;
    requires io.reactivemqtt.store.common;
    requires static transitive org.jspecify;
    requires transitive lettuce.core;
    requires reactor.core;

    exports io.reactivemqtt.store.redis;
}
