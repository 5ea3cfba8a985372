package io.reactivemqtt.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each codec works where the databind of the other Jackson is not on the class path. */
class OneJacksonIsEnoughTest {

    @ParameterizedTest
    @CsvSource({
        "JsonCodec, tools.jackson.databind, com.fasterxml.jackson.databind",
        "Jackson2JsonCodec, com.fasterxml.jackson.databind, tools.jackson.databind"
    })
    void aCodecWorksWithoutTheOthersJackson(String codecName, String here, String missing)
            throws IOException, ReflectiveOperationException {
        try (URLClassLoader application = classPathWithout(missing)) {
            Class<?> mapper = application.loadClass(here + ".ObjectMapper");
            Class<?> codec = application.loadClass("io.reactivemqtt.jackson." + codecName);
            assertThat(codec.getClassLoader()).isSameAs(application);
            assertThatThrownBy(() -> application.loadClass(missing + ".ObjectMapper"))
                    .isInstanceOf(ClassNotFoundException.class);

            Object readings = codec.getMethod("of", mapper, Class.class)
                    .invoke(null, mapper.getConstructor().newInstance(), Integer.class);
            Object message =
                    codec.getMethod("message", String.class, Object.class).invoke(readings, "s/1", 17);
            Object built = message.getClass().getMethod("build").invoke(message);

            assertThat(codec.getMethod("decode", built.getClass()).invoke(readings, built))
                    .isEqualTo(17);
        }
    }

    private static URLClassLoader classPathWithout(String databind) {
        return new URLClassLoader(
                classPath()
                        .map(OneJacksonIsEnoughTest::url)
                        .filter(entry -> !has(entry, databind))
                        .toArray(URL[]::new),
                ClassLoader.getPlatformClassLoader());
    }

    private static Stream<String> classPath() {
        return Arrays.stream(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                .split(File.pathSeparator, -1));
    }

    private static boolean has(URL entry, String name) {
        try (URLClassLoader alone = new URLClassLoader(new URL[] {entry}, null)) {
            return alone.findResource(name.replace('.', '/') + "/ObjectMapper.class") != null;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
