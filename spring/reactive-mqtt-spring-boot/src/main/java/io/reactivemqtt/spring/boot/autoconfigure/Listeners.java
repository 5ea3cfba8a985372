package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.spring.boot.MqttConsumer;
import io.reactivemqtt.spring.boot.MqttListener;
import io.reactivemqtt.spring.boot.PayloadCodecs;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotations;

/** Makes a consumer of each method that is a {@link MqttListener}. */
final class Listeners {

    private final ConfigurableListableBeanFactory beans;
    private final PayloadCodecs codecs;

    Listeners(ConfigurableListableBeanFactory beans, PayloadCodecs codecs) {
        this.beans = beans;
        this.codecs = codecs;
    }

    /** Returns those of all beans, by names of their own. */
    Map<String, MqttConsumer> consumers() {
        Map<String, MqttConsumer> consumers = new LinkedHashMap<>();
        for (String bean : beans.getBeanDefinitionNames()) {
            if (!ScopedProxyUtils.isScopedTarget(bean)) {
                Class<?> type = AutoProxyUtils.determineTargetClass(beans, bean);
                if (type != null) {
                    methods(type)
                            .forEach(method -> consumers.put(name(bean, method, consumers), consumer(bean, method)));
                }
            }
        }
        return consumers;
    }

    private static String name(String bean, Method method, Map<String, MqttConsumer> others) {
        String name = bean + "." + method.getName();
        return others.containsKey(name)
                ? name
                        + Arrays.stream(method.getParameterTypes())
                                .map(Class::getSimpleName)
                                .collect(Collectors.joining(",", "(", ")"))
                : name;
    }

    /** Returns the methods of {@code type} that are listeners. */
    static Set<Method> methods(Class<?> type) {
        return AnnotationUtils.isCandidateClass(type, MqttListener.class)
                ? MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<@Nullable Boolean>)
                                method -> MergedAnnotations.from(method).isPresent(MqttListener.class) ? true : null)
                        .keySet()
                : Set.of();
    }

    private MqttConsumer consumer(String bean, Method method) {
        MqttListener listener =
                Objects.requireNonNull(AnnotatedElementUtils.findMergedAnnotation(method, MqttListener.class));
        ListenerMethod handler = new ListenerMethod(
                beans.getBean(bean),
                method,
                AopUtils.selectInvocableMethod(method, beans.getBean(bean).getClass()),
                codecs);
        String[] filters = listener.value();
        if (filters.length == 0) {
            throw new IllegalStateException("@MqttListener names no topic: " + method);
        }
        MqttConsumer consumer = handler.consumer(resolved(filters[0]))
                .qos(listener.qos())
                .concurrency(listener.concurrency())
                .client(resolved(listener.client()))
                .named(resolved(listener.name()));
        for (int i = 1; i < filters.length; i++) {
            String more = resolved(filters[i]);
            consumer = consumer.options(options -> options.filter(more));
        }
        return listener.onFailure().isEmpty()
                ? consumer
                : consumer.onFailure(beans.getBean(resolved(listener.onFailure()), FailurePolicy.class));
    }

    private String resolved(String value) {
        return Objects.requireNonNullElse(beans.resolveEmbeddedValue(value), value);
    }
}
