package io.reactivemqtt.samples.cli.options;

/** What a message says of its payload: the Payload Format Indicator (MQTT 5.0 §3.3.2.3.2). */
enum PayloadFormat {
    BYTES,
    UTF8
}
