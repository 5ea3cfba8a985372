package io.reactivemqtt.testkit.server;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test class once against each of several real MQTT Servers.
 *
 * <p>Constructors, tests and lifecycle methods get the Server as a parameter of type {@link RunningServer}. It starts when it is
 * first asked for, serves the whole class, and one line on the standard output tells which it is. A suite runs with what the
 * machine has: see {@link ServerKind} for when one is left out.
 *
 * <pre>{@code
 * @MqttServer({ServerKind.MOSQUITTO, ServerKind.ARTEMIS})
 * class PublishingTest {
 *     @Test
 *     void messageArrives(RunningServer server) { ... }
 * }
 * }</pre>
 *
 * <p>Each kind but {@link ServerKind#MOSQUITTO} needs its dependency on the test class path: {@code artemis-server} and
 * {@code artemis-mqtt-protocol}, {@code hivemq-community-edition-embedded}, {@code testcontainers}.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ClassTemplate
@ExtendWith(MqttServerExtension.class)
public @interface MqttServer {

    /** Which Servers, in this order. */
    ServerKind[] value() default {ServerKind.MOSQUITTO, ServerKind.ARTEMIS, ServerKind.HIVEMQ, ServerKind.CONTAINER};

    /** The User Name of the only user whom mosquitto and Artemis let in; empty: they let everybody in. */
    String userName() default "";

    /** The password of that user. */
    String password() default "";

    /** Further lines of mosquitto's configuration, such as {@code max_inflight_messages 5}; other Servers ignore them. */
    String[] mosquittoOptions() default {};
}
