package io.reactivemqtt.spring.boot;

import io.reactivemqtt.Qos;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method that handles messages: it is made a {@link MqttConsumer}, which has more options.
 *
 * <pre>{@code
 * @MqttListener("sensors/{id}/reading")
 * Mono<Void> store(Reading reading, @TopicVariable("id") String sensor) { … }
 * }</pre>
 *
 * <p>Its parameters are, in any order and each at most once but for variables: the payload, decoded by {@link PayloadCodecs}; a {@link
 * io.reactivemqtt.client.ReceivedMessage}; levels of the topic, marked by {@link TopicVariable}.
 *
 * <p>A method of a bean that a {@code @Bean} method makes is found if that says the class, not an interface, of what it returns.
 *
 * <p>It returns a {@code Publisher}, such as {@code Mono<Void>}, and the message is acknowledged when that completes; or nothing, and it is
 * acknowledged when the method returns. It is called on the client's event loop, without a change of threads: so it MUST NOT block.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface MqttListener {

    /** Topic Filters or templates; placeholders such as <code>${readings.topic}</code> are replaced. */
    String[] value();

    /** The highest QoS at which the Server sends. */
    Qos qos() default Qos.AT_LEAST_ONCE;

    /** How many messages are handled at once; those of one topic are handled one after the other all the same. */
    int concurrency() default 1;

    /** The name of a bean of type {@link io.reactivemqtt.client.FailurePolicy}; without one, a message that fails is tried again. */
    String onFailure() default "";

    /** The name of the client among {@code reactive-mqtt.clients}; empty: the first. */
    String client() default "";

    /** What it is called in health and metrics; empty: the names of the bean and the method. */
    String name() default "";
}
