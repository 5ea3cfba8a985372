/** The Reactor face of Reactive MQTT. */
module io.reactivemqtt.reactor {
    requires transitive io.reactivemqtt.core;
    requires transitive org.reactivestreams;
    requires transitive reactor.core;
    requires static transitive org.jspecify;
    requires reactor.netty.core;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;

    exports io.reactivemqtt.reactor;
}
