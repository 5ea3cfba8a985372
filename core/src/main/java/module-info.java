/** The core of Reactive MQTT: pure, without I/O, threads or reactive libraries. */
module io.reactivemqtt.core {
    requires static transitive org.jspecify;
    requires transitive org.reactivestreams;
    requires tools.jackson.core;

    exports io.reactivemqtt;
    exports io.reactivemqtt.client;
    exports io.reactivemqtt.exception;
    exports io.reactivemqtt.packet;
    exports io.reactivemqtt.store;
    exports io.reactivemqtt.codec to
            io.reactivemqtt.reactor,
            io.reactivemqtt.testkit;
    exports io.reactivemqtt.session to
            io.reactivemqtt.reactor;
    exports io.reactivemqtt.topic to
            io.reactivemqtt.reactor;
}
