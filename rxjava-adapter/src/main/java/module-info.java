/** The RxJava 3 face of Reactive MQTT. */
module io.reactivemqtt.rxjava {
    requires transitive io.reactivemqtt.core;
    requires transitive io.reactivemqtt.reactor;
    requires transitive io.reactivex.rxjava3;
    requires transitive org.reactivestreams;
    requires static transitive org.jspecify;

    exports io.reactivemqtt.rxjava;
}
