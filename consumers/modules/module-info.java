/** A module of somebody else. */
module com.example.consumer {
    requires io.reactivemqtt.jackson;
    requires io.reactivemqtt.reactor;
    requires io.reactivemqtt.store.sqlite;
    requires tools.jackson.databind;

    opens com.example.consumer to tools.jackson.databind;
}
