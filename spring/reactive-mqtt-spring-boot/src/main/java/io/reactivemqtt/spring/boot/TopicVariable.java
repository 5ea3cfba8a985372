package io.reactivemqtt.spring.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A parameter of a {@link MqttListener} that gets what stands at a named level of the topic. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface TopicVariable {

    /** The name, without braces, as {@code id} of {@code sensors/{id}/reading}. */
    String value();
}
