/** The Reactor face of Reactive MQTT. */
module io.reactivemqtt.reactor {
    requires transitive io.reactivemqtt.core;
    requires transitive org.reactivestreams;
    requires transitive reactor.core;
    requires static transitive org.jspecify;
    requires transitive reactor.netty.core;
    requires io.netty.buffer;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires transitive io.netty.resolver;
    requires io.netty.transport;
    requires transitive io.netty.handler;
    requires static io.netty.transport.unix.common;
    // reactor-netty is no module of its own, so nothing says for it what of Netty it needs
    requires io.netty.handler.proxy;
    requires io.netty.resolver.dns;

    exports io.reactivemqtt.reactor;
    exports io.reactivemqtt.engine.loop to
            io.reactivemqtt.reactor.testkit;
    exports io.reactivemqtt.engine.transport to
            io.reactivemqtt.reactor.testkit;
}
