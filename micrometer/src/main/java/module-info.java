/** Meters, observations and trace context of the Reactor client, by Micrometer. */
module io.reactivemqtt.micrometer {
    requires transitive io.reactivemqtt.core;
    requires transitive io.reactivemqtt.reactor;
    requires transitive micrometer.commons;
    requires transitive micrometer.core;
    requires transitive micrometer.observation;
    requires static transitive org.jspecify;
    // Not transitive: who has no traces would need it to compile.
    requires static micrometer.tracing;

    exports io.reactivemqtt.micrometer;
}
