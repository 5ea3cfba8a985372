package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.client.PayloadCodec;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.spring.boot.MqttConsumer;
import io.reactivemqtt.spring.boot.PayloadCodecs;
import io.reactivemqtt.spring.boot.TopicVariable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.CoroutinesUtils;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import reactor.core.publisher.Mono;

/** A method of a bean that is called for each message. */
final class ListenerMethod {

    private final Object bean;
    private final Method method;
    private final List<BiFunction<@Nullable Object, ReceivedMessage, @Nullable Object>> arguments = new ArrayList<>();
    private final boolean isSuspending;
    private final @Nullable ReactiveAdapter result;
    private @Nullable PayloadCodec<?> codec;

    /**
     * Looks at the method.
     *
     * @param declared as the class of the bean has it, with all that is said of its parameters
     * @param method as the bean has it, which may be a proxy by an interface
     */
    ListenerMethod(Object bean, Method declared, Method method, PayloadCodecs codecs) {
        this.bean = bean;
        this.method = method;
        this.isSuspending = KotlinDetector.isSuspendingFunction(method);
        this.result = ReactiveAdapterRegistry.getSharedInstance().getAdapter(method.getReturnType());
        if (result == null && !isSuspending && method.getReturnType() != void.class) {
            throw refused("returns neither a Publisher, nor what Spring can make one of, nor nothing");
        }
        Parameter[] parameters = declared.getParameters();
        for (int i = 0; i < parameters.length - (isSuspending ? 1 : 0); i++) {
            arguments.add(argument(parameters[i], codecs));
        }
        method.setAccessible(true);
    }

    private BiFunction<@Nullable Object, ReceivedMessage, @Nullable Object> argument(
            Parameter parameter, PayloadCodecs codecs) {
        TopicVariable variable = parameter.getAnnotation(TopicVariable.class);
        if (variable != null) {
            if (parameter.getType() != String.class) {
                throw refused("has a @TopicVariable that is not a String");
            }
            return (payload, message) -> message.variable(variable.value());
        }
        if (parameter.getType() == ReceivedMessage.class) {
            return (payload, message) -> message;
        }
        Type type = parameter.getParameterizedType();
        if (codec != null) {
            throw refused("has two parameters for the payload; mark levels of the topic by @TopicVariable");
        }
        codec = codecs.of(type);
        return (payload, message) -> payload;
    }

    private IllegalStateException refused(String why) {
        return new IllegalStateException("a method with @MqttListener " + why + ": " + method);
    }

    MqttConsumer consumer(String filter) {
        return codec == null
                ? MqttConsumer.of(filter, message -> handle(null, message))
                : MqttConsumer.of(filter, codec, this::handle);
    }

    private Publisher<?> handle(@Nullable Object payload, ReceivedMessage message) {
        @Nullable Object[] values = new @Nullable Object[arguments.size() + (isSuspending ? 1 : 0)];
        for (int i = 0; i < arguments.size(); i++) {
            values[i] = arguments.get(i).apply(payload, message);
        }
        if (isSuspending) {
            return CoroutinesUtils.invokeSuspendingFunction(method, bean, values);
        }
        try {
            Object returned = method.invoke(bean, values);
            return result == null || returned == null ? Mono.empty() : result.toPublisher(returned);
        } catch (InvocationTargetException failure) {
            return Mono.error(failure.getTargetException());
        } catch (IllegalAccessException inaccessible) {
            return Mono.error(inaccessible);
        }
    }
}
