package io.reactivemqtt.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.spring.boot.MqttListener;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;

/** An application with listeners is made ready ahead of time. */
class ListenerHintsTest {

    record Reading(double celsius) {}

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(MqttAutoConfiguration.class)
    static class Listening {
        @MqttListener("a")
        void heard(Reading reading) {}
    }

    @Test
    void listenersAndTheirPayloadsAreKnownToANativeImage() throws Exception {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.register(Listening.class);
            GenerationContext generated = new DefaultGenerationContext(
                    new ClassNameGenerator(ClassName.get(Listening.class)), new InMemoryGeneratedFiles());
            new ApplicationContextAotGenerator().processAheadOfTime(context, generated);
            RuntimeHints hints = generated.getRuntimeHints();
            Method heard = Listening.class.getDeclaredMethod("heard", Reading.class);
            assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(heard))
                    .accepts(hints);
            assertThat(RuntimeHintsPredicates.reflection().onType(Reading.class))
                    .accepts(hints);
        }
    }
}
