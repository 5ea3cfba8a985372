/** The client with a Server in memory, for unit tests. */
module io.reactivemqtt.reactor.testkit {
    requires transitive io.reactivemqtt.reactor;
    requires io.netty.transport;
    requires reactor.test;
    requires static reactor.blockhound;
    requires static transitive org.jspecify;

    exports io.reactivemqtt.testkit.reactor;
}
