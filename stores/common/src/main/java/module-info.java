/** What stores of many Sessions have in common. */
module io.reactivemqtt.store.common {
    requires transitive io.reactivemqtt.core;
    requires static transitive org.jspecify;
    requires transitive reactor.core;

    exports io.reactivemqtt.store.common;
}
