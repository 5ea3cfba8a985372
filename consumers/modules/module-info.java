/** A module of somebody else. */
module com.example.consumer {
    requires io.reactivemqtt.reactor;
    requires io.reactivemqtt.store.sqlite;
}
