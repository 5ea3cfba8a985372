package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.client.ReceivedMessage;
import java.lang.reflect.Method;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.aot.BeanRegistrationCode;
import org.springframework.beans.factory.support.RegisteredBean;

/** Tells native images of the methods that are called for messages, and of what their payloads are decoded to. */
final class ListenerHints implements BeanRegistrationAotProcessor {

    private final BindingReflectionHintsRegistrar payloads = new BindingReflectionHintsRegistrar();

    @Override
    public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
        Set<Method> methods = Listeners.methods(bean.getBeanClass());
        return methods.isEmpty()
                ? null
                : (GenerationContext context, BeanRegistrationCode code) -> methods.forEach(
                        method -> contribute(method, context.getRuntimeHints().reflection()));
    }

    private void contribute(Method method, ReflectionHints hints) {
        hints.registerMethod(method, ExecutableMode.INVOKE);
        for (var parameter : method.getParameters()) {
            if (parameter.getType() != String.class && parameter.getType() != ReceivedMessage.class) {
                payloads.registerReflectionHints(hints, parameter.getParameterizedType());
            }
        }
    }
}
