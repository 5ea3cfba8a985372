/** Payloads that are JSON, by Jackson 3 or Jackson 2. */
module io.reactivemqtt.jackson {
    requires transitive io.reactivemqtt.core;
    requires static transitive org.jspecify;
    // Not transitive: a module that has one of them would need the other one to compile.
    requires static com.fasterxml.jackson.databind;
    requires static tools.jackson.databind;

    exports io.reactivemqtt.jackson;
}
