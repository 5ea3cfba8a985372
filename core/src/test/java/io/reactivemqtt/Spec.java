package io.reactivemqtt;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the normative statements that a test shows, as in {@code @Spec("MQTT-4.3.3-10")}.
 *
 * <p>Statements of MQTT 3.1.1, which has its own numbers, are written {@code "3.1.1:MQTT-4.3.2-1"}. The table
 * {@code docs/conformance.md} is generated from these.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Spec {
    /** The statements' ids, each one that stands in {@code docs/conformance/*.tsv}. */
    String[] value();
}
