package io.reactivemqtt.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import org.junit.jupiter.api.Test;

class MissingDependencyTest {

    /** Has this module's own classes, and everybody else's but Artemis'. */
    private static final class WithoutArtemis extends ClassLoader {

        WithoutArtemis() {
            super(MissingDependencyTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("org.apache.activemq.")) {
                throw new ClassNotFoundException(name);
            } else if (!name.startsWith("io.reactivemqtt.testkit.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            return known == null ? define(name) : known;
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream bytes = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (bytes == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] read = bytes.readAllBytes();
                return defineClass(name, read, 0, read.length);
            } catch (IOException unreadable) {
                throw new ClassNotFoundException(name, unreadable);
            }
        }
    }

    @Test
    void serverWhoseClassesAreMissingSaysWhatToAdd() throws ReflectiveOperationException {
        ClassLoader loader = new WithoutArtemis();
        Class<?> kinds = loader.loadClass(ServerKind.class.getName());
        Class<?> setups = loader.loadClass(ServerSetup.class.getName());
        var makesSetup = setups.getDeclaredConstructor(String.class, String.class, List.class);
        makesSetup.setAccessible(true);
        Object artemis = kinds.getMethod("valueOf", String.class).invoke(null, "ARTEMIS");
        var make = loader.loadClass(MqttServerExtension.class.getName() + "$ServerParameter")
                .getDeclaredConstructor(kinds, setups);
        make.setAccessible(true);
        Object parameter = make.newInstance(artemis, makesSetup.newInstance("", "", List.of()));
        var start = parameter.getClass().getDeclaredMethod("start");
        start.setAccessible(true);

        assertThat(catchThrowable(() -> start.invoke(parameter)))
                .isInstanceOf(InvocationTargetException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the Server ARTEMIS of @MqttServer is not on the class path: add"
                        + " org.apache.artemis:artemis-server and org.apache.artemis:artemis-mqtt-protocol"
                        + " as a dependency of scope test, or name another ServerKind");
    }
}
