/** Meters of the Reactor client, by Micrometer. */
module io.reactivemqtt.micrometer {
    requires transitive io.reactivemqtt.core;
    requires transitive io.reactivemqtt.reactor;
    requires transitive micrometer.core;
    requires static transitive org.jspecify;

    exports io.reactivemqtt.micrometer;
}
